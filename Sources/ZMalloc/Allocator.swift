// What a Swift program may ask of the allocator below.
// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are redis's.

public import ZMallocCore

/// What the allocator below says of the memory that it holds, new figures each time.
public func zmalloc_get_allocator_info() -> AllocatorFigures {
  Backend.figures()
}

/// The figures of one arena of jemalloc; `nil` where there is none of that number, and off
/// jemalloc.
public func zmalloc_get_allocator_info_by_arena(_ arena: UInt32) -> AllocatorFigures? {
  Backend.figures(arena: arena)
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
