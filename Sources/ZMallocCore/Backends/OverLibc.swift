// What libc's allocator has in common with and without a header before each block.

#if !JEMALLOC && !MIMALLOC && !TCMALLOC && !PRELOAD
  extension Allocator {
    /// Whether a size is from 8 bytes up to what no address space holds.
    ///
    /// One comparison for both ends: one more than `SIZE_MAX / 2` is the least number there is.
    @inlinable @inline(__always)
    static func isOrdinary(_ size: Int) -> Bool { size &+ 1 > MemoryLayout<Int>.size }

    /// Sizes are not noted: a free has them without.
    @inlinable @inline(__always)
    static func remember(_ start: UnsafeMutableRawPointer, _ usableByteCount: Int) {}
  }
#endif
