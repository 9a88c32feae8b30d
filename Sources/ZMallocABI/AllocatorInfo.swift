// zmalloc.h's questions to the allocator below, in the shapes that redis and valkey give them.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CZMallocABI
import ZMallocCore

/// Stores a figure where there is a place for it.
private func put(_ figure: Int, _ place: UnsafeMutablePointer<Int>?) {
  if let place = unsafe place { unsafe place.pointee = figure }
}

/// Three figures, as redis 7.0 has them.
@c @implementation
public func zmalloc_get_allocator_info(
  _ allocated: UnsafeMutablePointer<Int>?, _ active: UnsafeMutablePointer<Int>?,
  _ resident: UnsafeMutablePointer<Int>?
) -> Int32 {
  unsafe zmalloc_get_allocator_info_refresh(1, allocated, active, resident, nil, nil, nil)
}

/// Five figures, as valkey has them.
@c @implementation
public func zmalloc_get_allocator_info_valkey(
  _ allocated: UnsafeMutablePointer<Int>?, _ active: UnsafeMutablePointer<Int>?,
  _ resident: UnsafeMutablePointer<Int>?, _ retained: UnsafeMutablePointer<Int>?,
  _ muzzy: UnsafeMutablePointer<Int>?
) -> Int32 {
  unsafe zmalloc_get_allocator_info_refresh(1, allocated, active, resident, retained, muzzy, nil)
}

/// The same, with or without new statistics.
@c @implementation
public func zmalloc_get_allocator_info_refresh(
  _ refresh: Int32, _ allocated: UnsafeMutablePointer<Int>?,
  _ active: UnsafeMutablePointer<Int>?, _ resident: UnsafeMutablePointer<Int>?,
  _ retained: UnsafeMutablePointer<Int>?, _ muzzy: UnsafeMutablePointer<Int>?,
  _ frag_smallbins: UnsafeMutablePointer<Int>?
) -> Int32 {
  let figures = Backend.figures(refresh: refresh != 0)
  unsafe put(figures.allocated, allocated)
  unsafe put(figures.active, active)
  unsafe put(figures.resident, resident)
  unsafe put(figures.retained, retained)
  unsafe put(figures.muzzy, muzzy)
  unsafe put(figures.smallFragmentation, frag_smallbins)
  return 1
}

/// The figures of one arena of jemalloc.
@c @implementation
public func zmalloc_get_allocator_info_by_arena(
  _ arena: UInt32, _ refresh: Int32, _ allocated: UnsafeMutablePointer<Int>?,
  _ active: UnsafeMutablePointer<Int>?, _ resident: UnsafeMutablePointer<Int>?,
  _ frag_smallbins: UnsafeMutablePointer<Int>?
) -> Int32 {
  let figures = Backend.figures(arena: arena, refresh: refresh != 0) ?? AllocatorFigures()
  unsafe put(figures.allocated, allocated)
  unsafe put(figures.active, active)
  unsafe put(figures.resident, resident)
  unsafe put(figures.smallFragmentation, frag_smallbins)
  return 1
}

/// Gives unused memory of jemalloc back.
@c @implementation
public func jemalloc_purge() -> Int32 {
  Backend.purge() ? 0 : -1
}

/// Switches jemalloc's own thread.
@c @implementation
public func set_jemalloc_bg_thread(_ enable: Int32) {
  Backend.setBackgroundThread(enable != 0)
}

/// Gives the whole pages of a block back.
@c @implementation
public func zmadvise_dontneed(_ ptr: UnsafeMutableRawPointer?) {
  unsafe Backend.dismissPages(ptr)
}
