// mimalloc, by names that are its alone.

#if MIMALLOC && !JEMALLOC
  public import CMimalloc
  import CZMalloc

  /// The allocator below: mimalloc.
  @frozen
  public enum Allocator {
    /// Up to here `mi_good_size` is the size of the block; larger ones get whole regions of 64 KiB.
    @inlinable static var sizedByteCountLimit: Int { 128 << 10 }

    /// Bytes that are not initialised.
    @inlinable @inline(__always)
    public static func allocate(_ byteCount: Int) -> Block? {
      unsafe sized(mi_malloc(byteCount), byteCount)
    }

    /// Bytes that are zero.
    @inlinable @inline(__always)
    public static func allocateZeroed(_ byteCount: Int) -> Block? {
      unsafe sized(mi_zalloc(byteCount), byteCount)
    }

    /// The start of a block of an ordinary size.
    @inlinable @inline(__always)
    static func startOfOrdinary(_ size: Int) -> UnsafeMutableRawPointer? {
      unsafe mi_malloc(size)
    }

    /// The same, zeroed.
    @inlinable @inline(__always)
    static func startOfOrdinaryZeroed(_ size: Int) -> UnsafeMutableRawPointer? {
      unsafe mi_zalloc(size)
    }

    /// Bytes at a multiple of `alignment`, a power of two.
    @inlinable
    public static func allocate(_ byteCount: Int, alignment: Int) -> Block? {
      unsafe measured(mi_malloc_aligned(byteCount, alignment))
    }

    /// The block with another size, maybe elsewhere; nil leaves the old one.
    ///
    /// One that stays where it is keeps its size.
    @inlinable
    public static func reallocate(
      _ pointer: UnsafeMutableRawPointer, _ byteCount: Int
    ) -> Block? {
      unsafe measured(mi_realloc(pointer, byteCount))
    }

    /// Gives a block back.
    ///
    /// `mi_free_size` of a release build is a jump to `mi_free`.
    @inlinable @inline(__always)
    public static func free(_ pointer: UnsafeMutableRawPointer, usableByteCount: Int) {
      unsafe mi_free(pointer)
    }

    /// The bytes of a block that may be written.
    @inlinable @inline(__always)
    public static func usableByteCount(_ pointer: UnsafeMutableRawPointer) -> Int {
      unsafe mi_usable_size(pointer)
    }

    /// Asks how large a block of this size is.
    @inlinable
    static func asked(_ byteCount: Int, _ start: UnsafeMutableRawPointer) -> Int {
      guard byteCount <= sizedByteCountLimit else { return unsafe usableByteCount(start) }
      return mi_good_size(byteCount)
    }
  }
#endif
