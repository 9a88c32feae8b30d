// The seam to the allocator below: one function per call of it. In a build with the debug layer the
// way down leads through the layer's entrances, which hand on to libc when the layer is off.

public import CZMalloc

/// What the production path asks of the allocator below.
@frozen
public enum Backend {
  /// Allocates `byteCount` bytes, aligned to 16.
  ///
  /// `mayFail` says that the caller goes on without them: fault plans may look at that.
  @inlinable
  public static func allocate(
    _ byteCount: Int, zeroed: Bool, mayFail: Bool
  ) -> UnsafeMutableRawPointer? {
    #if DEBUG_LAYER
      unsafe zmalloc_entrance_allocate(
        byteCount, 16, call | (zeroed ? zeroedCall : 0) | (mayFail ? tryCall : 0))
    #else
      zeroed ? unsafe zmalloc_backend_calloc(byteCount) : unsafe zmalloc_backend_malloc(byteCount)
    #endif
  }

  /// Resizes a block; the old one stays whole when this returns nil.
  @inlinable
  public static func reallocate(
    _ pointer: UnsafeMutableRawPointer, _ byteCount: Int, mayFail: Bool
  ) -> UnsafeMutableRawPointer? {
    #if DEBUG_LAYER
      unsafe zmalloc_entrance_reallocate(pointer, byteCount, mayFail ? call | tryCall : call)
    #else
      unsafe zmalloc_backend_realloc(pointer, byteCount)
    #endif
  }

  /// Frees a block; returns its usable size.
  @inlinable
  public static func free(_ pointer: UnsafeMutableRawPointer) -> Int {
    #if DEBUG_LAYER
      // The layer knows whether this is a block at all; to ask for its size first would trust the
      // pointer.
      return unsafe zmalloc_entrance_free(pointer, anySize, call)
    #else
      let byteCount = unsafe zmalloc_backend_usable_size(pointer)
      unsafe zmalloc_backend_free(pointer)
      return byteCount
    #endif
  }

  /// Frees a block whose usable size the caller knows; under the debug layer a wrong one is a
  /// violation.
  @inlinable
  public static func free(_ pointer: UnsafeMutableRawPointer, usableByteCount: Int) {
    #if DEBUG_LAYER
      unsafe _ = zmalloc_entrance_free(pointer, usableByteCount, call)
    #else
      unsafe zmalloc_backend_free(pointer)
    #endif
  }

  /// The bytes of a block that the caller may write.
  @inlinable
  public static func usableByteCount(_ pointer: UnsafeMutableRawPointer) -> Int {
    #if DEBUG_LAYER
      unsafe zmalloc_entrance_usable_size(pointer)
    #else
      unsafe zmalloc_backend_usable_size(pointer)
    #endif
  }

  #if DEBUG_LAYER
    @usableFromInline static var call: UInt32 { UInt32(ZMALLOC_FAMILY_ZMALLOC) }
    @usableFromInline static var zeroedCall: UInt32 { UInt32(ZMALLOC_CALL_ZEROED) }
    @usableFromInline static var tryCall: UInt32 { UInt32(ZMALLOC_CALL_TRY) }
    @usableFromInline static var anySize: Int { -1 }
  #endif
}
