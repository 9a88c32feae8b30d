// Allocators that say from a request how large its block is: what they have in common.

#if JEMALLOC || MIMALLOC || TCMALLOC
  public import CZMalloc

  extension Allocator {
    /// Their class of 8 bytes is aligned to 8 only.
    @inlinable public static var leastByteCount: Int { 16 }

    /// Bytes before each block that count as its own.
    @inlinable public static var headerByteCount: Int { 0 }

    /// A new block with the size that its request gives.
    @inlinable @inline(__always)
    static func sized(_ start: UnsafeMutableRawPointer?, _ byteCount: Int) -> Block? {
      guard let start = unsafe start else { return nil }
      let known = zmalloc_known_size(byteCount)
      let usable = unsafe known != 0 ? known : asked(byteCount, start)
      return unsafe Block(start: start, usableByteCount: usable)
    }

    /// A block with the size that is looked up.
    @inlinable
    static func measured(_ start: UnsafeMutableRawPointer?) -> Block? {
      guard let start = unsafe start else { return nil }
      return unsafe Block(start: start, usableByteCount: usableByteCount(start))
    }
  }
#endif
