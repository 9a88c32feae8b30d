// The preload library has libc's names and none of the z-functions. What stands here is never
// called: it keeps the fast path from a way down of its own in that library, where libc's malloc is
// the layer's.

#if PRELOAD
  public import CZMalloc

  /// The layer's entrances in the place of an allocator.
  @frozen
  public enum Allocator {
    /// What a block of zero bytes asks for.
    @inlinable public static var leastByteCount: Int { 0 }

    /// Bytes before each block that count as its own.
    @inlinable public static var headerByteCount: Int { 0 }

    /// Bytes that are not initialised.
    @inlinable
    public static func allocate(_ byteCount: Int) -> Block? {
      allocate(byteCount, alignment: 16)
    }

    /// Bytes that are zero.
    @inlinable
    public static func allocateZeroed(_ byteCount: Int) -> Block? {
      let call = Backend.call | Backend.zeroedCall
      return unsafe Backend.watched(zmalloc_entrance_allocate(byteCount, 16, call), byteCount)
    }

    /// Bytes at a multiple of `alignment`, a power of two.
    @inlinable
    public static func allocate(_ byteCount: Int, alignment: Int) -> Block? {
      unsafe Backend.watched(
        zmalloc_entrance_allocate(byteCount, alignment, Backend.call), byteCount)
    }

    /// The block with another size, maybe elsewhere; nil leaves the old one.
    @inlinable
    public static func reallocate(
      _ pointer: UnsafeMutableRawPointer, _ byteCount: Int
    ) -> Block? {
      unsafe Backend.watched(
        zmalloc_entrance_reallocate(pointer, byteCount, Backend.call), byteCount)
    }

    /// Gives a block back.
    @inlinable
    public static func free(_ pointer: UnsafeMutableRawPointer, usableByteCount: Int) {
      unsafe _ = zmalloc_entrance_free(pointer, usableByteCount, Backend.call)
    }

    /// The bytes of a block that may be written.
    @inlinable
    public static func usableByteCount(_ pointer: UnsafeMutableRawPointer) -> Int {
      unsafe zmalloc_entrance_usable_size(pointer)
    }
  }
#endif
