// mimalloc, by names that are its alone.

#if MIMALLOC && !JEMALLOC
  public import CMimalloc
  public import CZMalloc

  /// The allocator below: mimalloc.
  @frozen
  public enum Allocator {
    /// Up to here `mi_good_size` is the size of the block; larger ones get whole regions of 64 KiB.
    @inlinable static var sizedByteCountLimit: Int { 128 << 10 }

    /// Pages of blocks of one size start at multiples of 64 KiB.
    @inlinable static var pageShift: Int32 { 16 }

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
    ///
    /// They may begin within a block, and are fewer than its size: that has to be known of their
    /// page before they are given out.
    @inlinable
    public static func allocate(_ byteCount: Int, alignment: Int) -> Block? {
      guard let start = unsafe mi_malloc_aligned(byteCount, alignment) else { return nil }
      unsafe zmalloc_remember_mixed(start, pageShift)
      return unsafe Block(start: start, usableByteCount: usableByteCount(start))
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
    @inlinable @inline(__always)
    static func giveBack(_ pointer: UnsafeMutableRawPointer?) { unsafe mi_free(pointer) }

    /// Gives a block back by its size.
    ///
    /// `mi_free_size` of a release build is a jump to `mi_free`.
    @inlinable @inline(__always)
    public static func free(_ pointer: UnsafeMutableRawPointer, usableByteCount: Int) {
      unsafe giveBack(pointer)
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
