// Used memory, as the contract counts it: usable sizes, and the header before a block where there
// is one.

public import CZMalloc

/// The bytes in use by the z-functions.
@frozen
public enum UsedMemory {
  /// Bytes in use: the sum over all threads, never below zero.
  public static var byteCount: Int { Int(zmalloc_count_total()) }

  /// The most bytes in use at once, sampled after each 100 KiB that a thread allocates, and now.
  public static var peakByteCount: Int { Int(zmalloc_count_peak()) }

  /// What a block counts for.
  @inlinable @inline(__always)
  static func counts(_ usableByteCount: Int) -> UInt64 {
    UInt64(UInt(bitPattern: usableByteCount &+ Backend.headerByteCount))
  }

  /// Counts a block that was allocated.
  @inlinable @inline(__always)
  static func add(_ usableByteCount: Int) {
    zmalloc_count_allocated(counts(usableByteCount))
  }

  /// Counts a block that is freed.
  @inlinable @inline(__always)
  static func remove(_ usableByteCount: Int) {
    zmalloc_count_freed(counts(usableByteCount))
  }

  /// Counts a block that has another size.
  @inlinable @inline(__always)
  static func change(from old: Int, to new: Int) {
    if new >= old {
      zmalloc_count_allocated(UInt64(UInt(bitPattern: new &- old)))
    } else {
      zmalloc_count_freed(UInt64(UInt(bitPattern: old &- new)))
    }
  }
}
