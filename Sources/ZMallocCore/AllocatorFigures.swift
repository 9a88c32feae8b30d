// What the allocator below says of the memory that it holds.

import CZMalloc

/// Bytes of the whole allocator: of this package's blocks, and of others that it gave out.
public struct AllocatorFigures {
  /// Bytes of blocks that are handed out.
  public var allocated = 0
  /// Bytes of the pages or regions in which they lie.
  public var active = 0
  /// Bytes of the allocator that are in physical memory.
  public var resident = 0
  /// Bytes of address space that it keeps without memory behind it.
  public var retained = 0
  /// Bytes that it has offered to the system, which may still be resident.
  public var muzzy = 0
  /// Bytes of free slots in the slabs of small blocks.
  public var smallFragmentation = 0

  /// Figures of zero.
  public init() {}
}

#if !JEMALLOC && !MIMALLOC && !TCMALLOC
  extension Allocator {
    /// The figures now.
    ///
    /// glibc does not know which of its pages are resident: all are said to be. musl tells none,
    /// and what is in use by the z-functions stands for them.
    static func figures(refresh: Bool) -> AllocatorFigures {
      let told = zmalloc_read_libc_figures()
      let used = UsedMemory.byteCount
      var figures = AllocatorFigures()
      figures.allocated = max(told.allocated, used)
      figures.active = max(told.active, figures.allocated)
      figures.resident = figures.active
      figures.retained = told.retained
      return figures
    }
  }
#endif

extension Backend {
  /// The figures of the allocator below.
  ///
  /// `refresh` has jemalloc gather its statistics anew; others always do.
  public static func figures(refresh: Bool = true) -> AllocatorFigures {
    Allocator.figures(refresh: refresh)
  }

  /// The figures of one arena of jemalloc; nil where there is none of that number.
  public static func figures(arena: UInt32, refresh: Bool = true) -> AllocatorFigures? {
    Allocator.figures(arena: arena, refresh: refresh)
  }

  /// Gives memory that jemalloc keeps back to the system; off jemalloc there is nothing to do.
  ///
  /// - Returns: Whether it worked.
  public static func purge() -> Bool { Allocator.purge() }

  /// Lets a thread of jemalloc's own give memory back; off jemalloc there is nothing to do.
  public static func setBackgroundThread(_ isOn: Bool) { Allocator.setBackgroundThread(isOn) }

  /// Gives the whole pages of a block back to the system; they read as zero afterwards.
  ///
  /// As in redis over jemalloc alone. For a child process that has written the block out.
  public static func dismissPages(_ pointer: UnsafeMutableRawPointer?) {
    guard Allocator.dismissesPages, let pointer = unsafe pointer else { return }
    unsafe zmalloc_dismiss_pages(pointer, usableByteCount(pointer))
  }
}
