// Allocators that say from a request how large its block is: what they have in common.

#if JEMALLOC || MIMALLOC || TCMALLOC
  public import CZMalloc

  extension Allocator {
    /// Their class of 8 bytes is aligned to 8 only.
    @inlinable public static var leastByteCount: Int { 16 }

    /// Bytes before each block that count as its own.
    @inlinable public static var headerByteCount: Int { 0 }

    /// The least size that is known, once a thread has a quick counter.
    @inlinable static var leastOrdinaryByteCount: Int { leastByteCount }

    /// The size of a block of such a size.
    @inlinable @inline(__always)
    static func usableByteCount(ofOrdinary size: Int) -> Int { zmalloc_small_size(size) }

    /// Whether a block starts a page, or a smaller part of one.
    ///
    /// Of 32 bits, which are tested without a copy of the pointer.
    @inlinable @inline(__always)
    static func startsPage(_ pointer: UnsafeMutableRawPointer) -> Bool {
      UInt32(truncatingIfNeeded: UInt(bitPattern: pointer)) & (leastPageByteCount - 1) == 0
    }

    /// Their pages have this size or a multiple of it.
    @inlinable static var leastPageByteCount: UInt32 { 4096 }

    /// A new block with the size that its request gives.
    @inlinable @inline(__always)
    static func sized(_ start: UnsafeMutableRawPointer?, _ byteCount: Int) -> Block? {
      guard let start = unsafe start else { return nil }
      let usable = unsafe asked(byteCount, start)
      unsafe remember(start, usable)
      return unsafe Block(start: start, usableByteCount: usable)
    }

    /// A block with the size that is looked up.
    @inlinable
    static func measured(_ start: UnsafeMutableRawPointer?) -> Block? {
      guard let start = unsafe start else { return nil }
      let usable = unsafe usableByteCount(start)
      unsafe remember(start, usable)
      return unsafe Block(start: start, usableByteCount: usable)
    }
  }
#endif
