// tcmalloc of gperftools, by names that are its alone.

#if TCMALLOC && !JEMALLOC && !MIMALLOC
  public import CTCMalloc
  public import CZMalloc

  /// The allocator below: tcmalloc.
  @frozen
  public enum Allocator {
    /// tcmalloc's class of 8 bytes is aligned to 8 only.
    @inlinable public static var leastByteCount: Int { 16 }

    /// Bytes before each block that count as its own.
    @inlinable public static var headerByteCount: Int { 0 }

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

    /// Gives a block back, without a lookup unless it starts a page.
    ///
    /// An aligned block may have pages of its own though its size has a class: the sized free would
    /// put it on the class's list, and a list of tcmalloc is broken later. tcmalloc looks for this
    /// itself where it samples allocations, which the minimal library does not.
    @inlinable @inline(__always)
    public static func free(_ pointer: UnsafeMutableRawPointer, usableByteCount: Int) {
      if UInt(bitPattern: pointer) & (leastPageByteCount - 1) == 0 {
        unsafe tc_free(pointer)
      } else {
        unsafe tc_free_sized(pointer, usableByteCount)
      }
    }

    /// tcmalloc's pages have this size or a multiple of it.
    @inlinable static var leastPageByteCount: UInt { 4096 }

    /// The bytes of a block that may be written.
    @inlinable @inline(__always)
    public static func usableByteCount(_ pointer: UnsafeMutableRawPointer) -> Int {
      unsafe tc_malloc_size(pointer)
    }

    @inlinable @inline(__always)
    static func sized(_ start: UnsafeMutableRawPointer?, _ byteCount: Int) -> Block? {
      guard let start = unsafe start else { return nil }
      let known = zmalloc_known_size(byteCount)
      return unsafe Block(start: start, usableByteCount: known != 0 ? known : asked(byteCount))
    }

    /// Asks how large a block will be, once for each small size.
    @usableFromInline @inline(never)
    static func asked(_ byteCount: Int) -> Int {
      let usable = tc_nallocx(byteCount, 0)
      zmalloc_know_size(byteCount, usable)
      return usable
    }

    @inlinable
    static func measured(_ start: UnsafeMutableRawPointer?) -> Block? {
      guard let start = unsafe start else { return nil }
      return unsafe Block(start: start, usableByteCount: usableByteCount(start))
    }
  }
#endif
