// jemalloc. A size class is a function of the request: `nallocx` says what an allocation will give.

#if JEMALLOC
  public import CJemalloc
  public import CZMalloc

  /// The allocator below: jemalloc, by names that are its alone.
  @frozen
  public enum Allocator {
    /// Pages of blocks of one size start at multiples of its page, 4 KiB or more.
    @inlinable static var pageShift: Int32 { 12 }

    /// Bytes that are not initialised.
    @inlinable @inline(__always)
    public static func allocate(_ byteCount: Int) -> Block? {
      unsafe sized(zmalloc_jemalloc_allocate(byteCount), byteCount)
    }

    /// Bytes that are zero.
    @inlinable @inline(__always)
    public static func allocateZeroed(_ byteCount: Int) -> Block? {
      unsafe sized(zmalloc_jemalloc_allocate_zeroed(byteCount), byteCount)
    }

    /// The start of a block of an ordinary size.
    @inlinable @inline(__always)
    static func startOfOrdinary(_ size: Int) -> UnsafeMutableRawPointer? {
      unsafe zmalloc_jemalloc_allocate(size)
    }

    /// The same, zeroed.
    @inlinable @inline(__always)
    static func startOfOrdinaryZeroed(_ size: Int) -> UnsafeMutableRawPointer? {
      unsafe zmalloc_jemalloc_allocate_zeroed(size)
    }

    /// Gives a block back.
    @inlinable @inline(__always)
    static func giveBack(_ pointer: UnsafeMutableRawPointer?) {
      unsafe zmalloc_jemalloc_give_back(pointer)
    }

    /// Bytes at a multiple of `alignment`, a power of two.
    @inlinable
    public static func allocate(_ byteCount: Int, alignment: Int) -> Block? {
      // MALLOCX_LG_ALIGN, which Swift does not import: the logarithm in the low bits.
      let flags = Int32(truncatingIfNeeded: alignment.trailingZeroBitCount)
      guard let start = unsafe mallocx(byteCount, flags) else { return nil }
      let usable = nallocx(byteCount, flags)
      unsafe remember(start, usable)
      return unsafe Block(start: start, usableByteCount: usable)
    }

    /// The block with another size, maybe elsewhere; nil leaves the old one.
    @inlinable
    public static func reallocate(
      _ pointer: UnsafeMutableRawPointer, _ byteCount: Int
    ) -> Block? {
      unsafe sized(rallocx(pointer, byteCount, 0), byteCount)
    }

    /// Gives a block back by its size, without a lookup.
    ///
    /// A block that starts a page may be one of those that jemalloc samples: the sized free takes
    /// the slow path for it, the other free does not.
    @inlinable @inline(__always)
    public static func free(_ pointer: UnsafeMutableRawPointer, usableByteCount: Int) {
      if unsafe startsPage(pointer) {
        unsafe giveBack(pointer)
      } else {
        unsafe sdallocx(pointer, usableByteCount, 0)
      }
    }

    /// The bytes of a block that may be written.
    @inlinable @inline(__always)
    public static func usableByteCount(_ pointer: UnsafeMutableRawPointer) -> Int {
      unsafe sallocx(pointer, 0)
    }

    /// Asks how large a block of this size is.
    @inlinable
    static func asked(_ byteCount: Int, _ start: UnsafeMutableRawPointer) -> Int {
      nallocx(byteCount, 0)
    }
  }
#endif
