// The seam to the allocator below: one function per call. A trait of the package chooses the
// `Allocator`, one file of `Backends` each. In a build with the debug layer the way down leads
// through the layer's entrances while the layer is on.

#if DEBUG_LAYER
  public import CZMalloc
#endif

#if (JEMALLOC && (MIMALLOC || TCMALLOC || PREFIX)
  || MIMALLOC && (TCMALLOC || PREFIX)
  || TCMALLOC && PREFIX)
  #error("choose one of the traits Jemalloc, Mimalloc, TCMalloc and Prefix")
#endif

/// What the fast path asks of the allocator below.
@frozen
public enum Backend {
  /// Allocates `byteCount` bytes, aligned to 16.
  ///
  /// `mayFail` says that the caller goes on without them: fault plans may look at that.
  @inlinable @inline(__always)
  static func allocate(_ byteCount: Int, zeroed: Bool, mayFail: Bool) -> Block? {
    #if DEBUG_LAYER
      if isWatching {
        let flags = (zeroed ? zeroedCall : 0) | (mayFail ? tryCall : 0)
        return unsafe watched(zmalloc_entrance_allocate(byteCount, 16, call | flags), byteCount)
      }
    #endif
    let request = atLeast(byteCount)
    return zeroed ? Allocator.allocateZeroed(request) : Allocator.allocate(request)
  }

  /// Allocates `byteCount` bytes, aligned to `alignment`, a power of two above 16.
  @inlinable
  static func allocate(_ byteCount: Int, alignment: Int, mayFail: Bool) -> Block? {
    #if DEBUG_LAYER
      if isWatching {
        let flags = mayFail ? call | tryCall : call
        return unsafe watched(zmalloc_entrance_allocate(byteCount, alignment, flags), byteCount)
      }
    #endif
    return Allocator.allocate(atLeast(byteCount), alignment: alignment)
  }

  /// Resizes a block; the old one stays whole when this returns nil.
  @inlinable
  static func reallocate(
    _ pointer: UnsafeMutableRawPointer, _ byteCount: Int, mayFail: Bool
  ) -> Block? {
    #if DEBUG_LAYER
      if isWatching {
        let flags = mayFail ? call | tryCall : call
        return unsafe watched(zmalloc_entrance_reallocate(pointer, byteCount, flags), byteCount)
      }
    #endif
    return unsafe Allocator.reallocate(pointer, atLeast(byteCount))
  }

  /// Frees a block whose usable size the caller knows; under the debug layer a wrong one is a
  /// violation.
  @usableFromInline @_transparent
  static func free(_ pointer: UnsafeMutableRawPointer, usableByteCount: Int) {
    #if DEBUG_LAYER
      if isWatching {
        unsafe _ = zmalloc_entrance_free(pointer, usableByteCount, call)
        return
      }
    #endif
    unsafe Allocator.free(pointer, usableByteCount: usableByteCount)
  }

  /// The bytes of a block that the caller may write.
  @inlinable
  static func usableByteCount(_ pointer: UnsafeMutableRawPointer) -> Int {
    #if DEBUG_LAYER
      if isWatching { return unsafe zmalloc_entrance_usable_size(pointer) }
    #endif
    return unsafe Allocator.usableByteCount(pointer)
  }

  /// What a block counts for beyond its usable size: the header before it, where there is one.
  @inlinable
  static var headerByteCount: Int {
    #if DEBUG_LAYER
      if isWatching { return 0 }
    #endif
    return Allocator.headerByteCount
  }

  /// Zero bytes would give a block without a usable byte, or none.
  @inlinable @inline(__always)
  static func atLeast(_ byteCount: Int) -> Int { max(byteCount, Allocator.leastByteCount) }
}

extension Backend {
  /// The allocator below, by its name.
  public static var name: StaticString {
    #if JEMALLOC
      "jemalloc"
    #elseif MIMALLOC
      "mimalloc"
    #elseif TCMALLOC
      "tcmalloc"
    #elseif PREFIX
      "prefix"
    #else
      "libc"
    #endif
  }
}

#if DEBUG_LAYER
  extension Backend {
    @usableFromInline static var isWatching: Bool { zmalloc_entrance_is_on() }
    @usableFromInline static var call: UInt32 { UInt32(ZMALLOC_FAMILY_ZMALLOC) }
    @usableFromInline static var zeroedCall: UInt32 { UInt32(ZMALLOC_CALL_ZEROED) }
    @usableFromInline static var tryCall: UInt32 { UInt32(ZMALLOC_CALL_TRY) }
    @usableFromInline static var anySize: Int { -1 }

    /// Frees a block of the layer, or what is taken for one; returns its usable size.
    @usableFromInline @_transparent
    static func freeWatched(_ pointer: UnsafeMutableRawPointer) -> Int {
      unsafe zmalloc_entrance_free(pointer, anySize, call)
    }

    /// The layer gives out exactly what was asked for.
    @usableFromInline
    static func watched(_ start: UnsafeMutableRawPointer?, _ byteCount: Int) -> Block? {
      unsafe start.map { unsafe Block(start: $0, usableByteCount: byteCount) }
    }
  }
#endif
