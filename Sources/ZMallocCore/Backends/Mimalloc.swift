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
    @inlinable @inline(__always)
    public static func free(_ pointer: UnsafeMutableRawPointer, usableByteCount: Int) {
      unsafe mi_free_size(pointer, usableByteCount)
    }

    /// The bytes of a block that may be written.
    @inlinable @inline(__always)
    public static func usableByteCount(_ pointer: UnsafeMutableRawPointer) -> Int {
      unsafe mi_usable_size(pointer)
    }

    /// Asks how large a block is, once for each small size.
    @usableFromInline @inline(never)
    static func asked(_ byteCount: Int, _ start: UnsafeMutableRawPointer) -> Int {
      guard byteCount <= sizedByteCountLimit else { return unsafe usableByteCount(start) }
      let usable = mi_good_size(byteCount)
      zmalloc_know_size(byteCount, usable)
      return usable
    }
  }
#endif
