// What libc's allocator has in common with and without a header before each block.

#if !JEMALLOC && !MIMALLOC && !TCMALLOC && !PRELOAD
  extension Allocator {
    /// Sizes are not noted: a free has them without.
    @inlinable @inline(__always)
    static func remember(_ start: UnsafeMutableRawPointer, _ usableByteCount: Int) {}
  }
#endif
