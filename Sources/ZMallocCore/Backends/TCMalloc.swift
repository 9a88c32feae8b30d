// tcmalloc of gperftools, by names that are its alone.

#if TCMALLOC && !JEMALLOC && !MIMALLOC
  public import CTCMalloc

  /// The allocator below: tcmalloc.
  @frozen
  public enum Allocator {
    /// Pages of blocks of one size start at multiples of its page, 4 KiB or more.
    @inlinable static var pageShift: Int32 { 12 }

    /// Bytes that are not initialised.
    @inlinable @inline(__always)
    public static func allocate(_ byteCount: Int) -> Block? {
      unsafe sized(tc_malloc(byteCount), byteCount)
    }

    /// Bytes that are zero.
    @inlinable @inline(__always)
    public static func allocateZeroed(_ byteCount: Int) -> Block? {
      unsafe sized(tc_calloc(1, byteCount), byteCount)
    }

    /// The start of a block of an ordinary size.
    @inlinable @inline(__always)
    static func startOfOrdinary(_ size: Int) -> UnsafeMutableRawPointer? {
      unsafe tc_malloc(size)
    }

    /// The same, zeroed.
    @inlinable @inline(__always)
    static func startOfOrdinaryZeroed(_ size: Int) -> UnsafeMutableRawPointer? {
      unsafe tc_calloc(1, size)
    }

    /// Bytes at a multiple of `alignment`, a power of two.
    @inlinable
    public static func allocate(_ byteCount: Int, alignment: Int) -> Block? {
      unsafe measured(tc_memalign(alignment, byteCount))
    }

    /// The block with another size, maybe elsewhere; nil leaves the old one.
    ///
    /// One that stays where it is keeps its size.
    @inlinable
    public static func reallocate(
      _ pointer: UnsafeMutableRawPointer, _ byteCount: Int
    ) -> Block? {
      unsafe measured(tc_realloc(pointer, byteCount))
    }

    /// Gives a block back.
    @inlinable @inline(__always)
    static func giveBack(_ pointer: UnsafeMutableRawPointer?) { unsafe tc_free(pointer) }

    /// Gives a block back, without a lookup unless it starts a page.
    ///
    /// An aligned block may have pages of its own though its size has a class: the sized free would
    /// put it on the class's list, and a list of tcmalloc is broken later. tcmalloc looks for this
    /// itself where it samples allocations, which the minimal library does not.
    @inlinable @inline(__always)
    public static func free(_ pointer: UnsafeMutableRawPointer, usableByteCount: Int) {
      if unsafe startsPage(pointer) {
        unsafe giveBack(pointer)
      } else {
        unsafe tc_free_sized(pointer, usableByteCount)
      }
    }

    /// The bytes of a block that may be written.
    @inlinable @inline(__always)
    public static func usableByteCount(_ pointer: UnsafeMutableRawPointer) -> Int {
      unsafe tc_malloc_size(pointer)
    }

    /// Asks how large a block of this size is.
    @inlinable
    static func asked(_ byteCount: Int, _ start: UnsafeMutableRawPointer) -> Int {
      tc_nallocx(byteCount, 0)
    }
  }
#endif
