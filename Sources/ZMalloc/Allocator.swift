// What a Swift program may ask of the allocator below.
// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are redis's.

import ZMallocCore

/// Bytes of the whole allocator below: of the z-functions' blocks, and of others that it gave out.
public struct AllocatorInfo: Sendable {
  /// Bytes of blocks that are handed out.
  public let allocated: Int
  /// Bytes of the pages or regions in which they lie.
  public let active: Int
  /// Bytes of the allocator that are in physical memory.
  public let resident: Int
  /// Bytes of address space that it keeps without memory behind it.
  public let retained: Int
  /// Bytes that it has offered to the system, which may still be resident.
  public let muzzy: Int
  /// Bytes of free slots between small blocks.
  public let smallFragmentation: Int

  init(_ figures: AllocatorFigures) {
    allocated = figures.allocated
    active = figures.active
    resident = figures.resident
    retained = figures.retained
    muzzy = figures.muzzy
    smallFragmentation = figures.smallFragmentation
  }
}

/// What the allocator below says of the memory that it holds, new figures each time.
///
/// Figures that it does not know are 0.
public func zmalloc_get_allocator_info() -> AllocatorInfo {
  AllocatorInfo(Backend.figures())
}

/// The figures of one arena of jemalloc; `nil` where there is none of that number, and off
/// jemalloc.
public func zmalloc_get_allocator_info_by_arena(_ arena: UInt32) -> AllocatorInfo? {
  Backend.figures(arena: arena).map(AllocatorInfo.init)
}

/// Gives the memory that jemalloc keeps unused back to the system.
///
/// - Returns: Whether that worked; off jemalloc there is nothing to do, and it did.
@discardableResult
public func jemalloc_purge() -> Bool {
  Backend.purge()
}

/// Switches jemalloc's own thread on or off, which gives unused memory back; off jemalloc it does
/// nothing.
public func set_jemalloc_bg_thread(_ enable: Bool) {
  Backend.setBackgroundThread(enable)
}

/// Gives the whole pages of a block back to the system: its bytes are zero then.
///
/// Over jemalloc alone, as in redis, which calls it in a child process that has written the block
/// out.
public func zmadvise_dontneed(_ pointer: UnsafeMutableRawPointer?) {
  unsafe Backend.dismissPages(pointer)
}
