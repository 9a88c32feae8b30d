// zmalloc.h's allocating functions. In a build with the debug layer they stand under other names:
// the C entrances of ZMallocDebugABI capture the stack, through which Embedded frames cannot be
// seen, and then call them.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CZMallocABI
import ZMallocCore

/// Gives `size` bytes, not initialized.
#if DEBUG_LAYER
  @c(zmalloc_uncaptured_zmalloc)
#else
  @c @implementation
#endif
public func zmalloc(_ size: Int) -> UnsafeMutableRawPointer? {
  unsafe Heap.allocate(size, zeroed: false)?.start
}

/// Gives `size` bytes, all zero.
#if DEBUG_LAYER
  @c(zmalloc_uncaptured_zcalloc)
#else
  @c @implementation
#endif
public func zcalloc(_ size: Int) -> UnsafeMutableRawPointer? {
  unsafe Heap.allocate(size, zeroed: true)?.start
}

/// Gives `num * size` zero bytes; an overflowing product fails, and so does a size of 0.
#if DEBUG_LAYER
  @c(zmalloc_uncaptured_zcalloc_num)
#else
  @c @implementation
#endif
public func zcalloc_num(_ num: Int, _ size: Int) -> UnsafeMutableRawPointer? {
  unsafe Heap.allocate(Request.counted(num, size), zeroed: true)?.start
}

/// As zmalloc, without the handler.
#if DEBUG_LAYER
  @c(zmalloc_uncaptured_ztrymalloc)
#else
  @c @implementation
#endif
public func ztrymalloc(_ size: Int) -> UnsafeMutableRawPointer? {
  unsafe Heap.tryAllocate(size, zeroed: false)?.start
}

/// As zcalloc, without the handler.
#if DEBUG_LAYER
  @c(zmalloc_uncaptured_ztrycalloc)
#else
  @c @implementation
#endif
public func ztrycalloc(_ size: Int) -> UnsafeMutableRawPointer? {
  unsafe Heap.tryAllocate(size, zeroed: true)?.start
}

/// As zcalloc_num, without the handler.
#if DEBUG_LAYER
  @c(zmalloc_uncaptured_ztrycalloc_num)
#else
  @c @implementation
#endif
public func ztrycalloc_num(_ num: Int, _ size: Int) -> UnsafeMutableRawPointer? {
  unsafe Heap.tryAllocate(Request.counted(num, size), zeroed: true)?.start
}

/// As zmalloc; stores the usable size.
#if DEBUG_LAYER
  @c(zmalloc_uncaptured_zmalloc_usable)
#else
  @c @implementation
#endif
public func zmalloc_usable(
  _ size: Int, _ usable: UnsafeMutablePointer<Int>?
) -> UnsafeMutableRawPointer? {
  unsafe store(Heap.allocate(size, zeroed: false), usable)
}

/// As zcalloc; stores the usable size.
#if DEBUG_LAYER
  @c(zmalloc_uncaptured_zcalloc_usable)
#else
  @c @implementation
#endif
public func zcalloc_usable(
  _ size: Int, _ usable: UnsafeMutablePointer<Int>?
) -> UnsafeMutableRawPointer? {
  unsafe store(Heap.allocate(size, zeroed: true), usable)
}

/// As ztrymalloc; stores the usable size.
#if DEBUG_LAYER
  @c(zmalloc_uncaptured_ztrymalloc_usable)
#else
  @c @implementation
#endif
public func ztrymalloc_usable(
  _ size: Int, _ usable: UnsafeMutablePointer<Int>?
) -> UnsafeMutableRawPointer? {
  unsafe store(Heap.tryAllocate(size, zeroed: false), usable)
}

/// As ztrycalloc; stores the usable size.
#if DEBUG_LAYER
  @c(zmalloc_uncaptured_ztrycalloc_usable)
#else
  @c @implementation
#endif
public func ztrycalloc_usable(
  _ size: Int, _ usable: UnsafeMutablePointer<Int>?
) -> UnsafeMutableRawPointer? {
  unsafe store(Heap.tryAllocate(size, zeroed: true), usable)
}
