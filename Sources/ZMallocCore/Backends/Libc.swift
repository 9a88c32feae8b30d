// libc's allocator. It has no call that says from a request how large the block will be, and glibc
// gives a larger one than the request's class when what is left over would be too small to be free:
// the size is read from the block.

#if !JEMALLOC && !MIMALLOC && !TCMALLOC && !PREFIX && !PRELOAD
  public import CZMalloc

  /// The allocator below: libc.
  @frozen
  public enum Allocator {
    /// What a block of zero bytes asks for, `sizeof(long)`.
    @inlinable public static var leastByteCount: Int { MemoryLayout<Int>.size }

    /// Bytes before each block that count as its own.
    @inlinable public static var headerByteCount: Int { 0 }

    /// Bytes that are not initialised.
    @inlinable @inline(__always)
    public static func allocate(_ byteCount: Int) -> Block? {
      unsafe measured(zmalloc_backend_malloc(byteCount))
    }

    /// Bytes that are zero.
    @inlinable @inline(__always)
    public static func allocateZeroed(_ byteCount: Int) -> Block? {
      unsafe measured(zmalloc_backend_calloc(byteCount))
    }

    /// Bytes at a multiple of `alignment`, a power of two.
    @inlinable
    public static func allocate(_ byteCount: Int, alignment: Int) -> Block? {
      unsafe measured(zmalloc_backend_aligned(alignment, byteCount))
    }

    /// The block with another size, maybe elsewhere; nil leaves the old one.
    @inlinable
    public static func reallocate(
      _ pointer: UnsafeMutableRawPointer, _ byteCount: Int
    ) -> Block? {
      unsafe measured(zmalloc_backend_realloc(pointer, byteCount))
    }

    /// Gives a block back.
    ///
    /// libc looks its size up in any case.
    @inlinable @inline(__always)
    public static func free(_ pointer: UnsafeMutableRawPointer, usableByteCount: Int) {
      unsafe zmalloc_backend_free(pointer)
    }

    /// The bytes of a block that may be written.
    @inlinable @inline(__always)
    public static func usableByteCount(_ pointer: UnsafeMutableRawPointer) -> Int {
      unsafe zmalloc_backend_usable_size(pointer)
    }

    /// The start of a block of an ordinary size.
    @inlinable @inline(__always)
    static func startOfOrdinary(_ size: Int) -> UnsafeMutableRawPointer? {
      unsafe zmalloc_backend_malloc(size)
    }

    /// The same, zeroed.
    @inlinable @inline(__always)
    static func startOfOrdinaryZeroed(_ size: Int) -> UnsafeMutableRawPointer? {
      unsafe zmalloc_backend_calloc(size)
    }

    #if !DEBUG_LAYER
      /// Whether a size is from 8 bytes up to what no address space holds.
      ///
      /// One comparison for both ends: one more than `SIZE_MAX / 2` is the least number there is.
      @inlinable @inline(__always)
      static func isOrdinary(_ size: Int) -> Bool { size &+ 1 > MemoryLayout<Int>.size }

      /// A block of an ordinary size, counted; nil when memory ran out.
      ///
      /// Its size stands in the block.
      @inlinable @inline(__always)
      static func ordinaryBlock(_ size: Int, zeroed: Bool, isOwned: Bool) -> Block? {
        let given =
          unsafe zeroed
          ? startOfOrdinaryZeroed(size) : startOfOrdinary(size)
        guard unsafe isThere(given) else { return nil }
        let start = unsafe given.unsafelyUnwrapped
        let quick = unsafe zmalloc_quick_counter()
        guard unsafe isThere(quick) else { return unsafe QuickPath.counted(start) }
        let usable = unsafe zmalloc_known_usable_size(start)
        unsafe zmalloc_add_allocated(quick, UsedMemory.counts(usable))
        return unsafe Block(start: start, usableByteCount: usable)
      }
    #endif

    /// Gives a block back and counts it.
    @inlinable @inline(__always)
    static func free(
      _ pointer: UnsafeMutableRawPointer?, counting counter: OpaquePointer
    ) -> Int {
      guard let pointer = unsafe pointer else { return 0 }
      let usable = unsafe zmalloc_known_usable_size(pointer)
      unsafe zmalloc_add_freed(counter, UsedMemory.counts(usable))
      unsafe zmalloc_backend_free(pointer)
      return usable
    }

    @inlinable @inline(__always)
    static func measured(_ start: UnsafeMutableRawPointer?) -> Block? {
      guard let start = unsafe start else { return nil }
      return unsafe Block(start: start, usableByteCount: usableByteCount(start))
    }
  }

  #if !DEBUG_LAYER
    extension QuickPath {
      /// A new block whose size has to be asked for, or of a thread without a counter.
      @usableFromInline @inline(never)
      static func counted(_ start: UnsafeMutableRawPointer) -> Block {
        let usable = unsafe Allocator.usableByteCount(start)
        UsedMemory.add(usable)
        return unsafe Block(start: start, usableByteCount: usable)
      }
    }
  #endif
#endif
