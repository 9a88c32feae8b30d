// zmalloc.h's aligned functions. In a build with the debug layer they stand under other names: the
// C entrances of ZMallocDebugABI capture the stack, through which Embedded frames cannot be seen,
// and then call them.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CZMallocABI
import ZMallocCore

/// Gives `size` bytes at a multiple of `alignment`.
#if DEBUG_LAYER
  @c(zmalloc_uncaptured_zaligned_alloc)
#else
  @c @implementation
#endif
public func zaligned_alloc(_ alignment: Int, _ size: Int) -> UnsafeMutableRawPointer? {
  unsafe Heap.allocate(size, alignment: alignment)?.start
}

/// As zaligned_alloc, without the handler.
#if DEBUG_LAYER
  @c(zmalloc_uncaptured_ztryaligned_alloc)
#else
  @c @implementation
#endif
public func ztryaligned_alloc(_ alignment: Int, _ size: Int) -> UnsafeMutableRawPointer? {
  unsafe Heap.tryAllocate(size, alignment: alignment)?.start
}

/// As zaligned_alloc; stores the usable size.
#if DEBUG_LAYER
  @c(zmalloc_uncaptured_zaligned_alloc_usable)
#else
  @c @implementation
#endif
public func zaligned_alloc_usable(
  _ alignment: Int, _ size: Int, _ usable: UnsafeMutablePointer<Int>?
) -> UnsafeMutableRawPointer? {
  unsafe store(Heap.allocate(size, alignment: alignment), usable)
}

/// As ztryaligned_alloc; stores the usable size.
#if DEBUG_LAYER
  @c(zmalloc_uncaptured_ztryaligned_alloc_usable)
#else
  @c @implementation
#endif
public func ztryaligned_alloc_usable(
  _ alignment: Int, _ size: Int, _ usable: UnsafeMutablePointer<Int>?
) -> UnsafeMutableRawPointer? {
  unsafe store(Heap.tryAllocate(size, alignment: alignment), usable)
}

/// Gives `size` bytes that start a cache line.
#if DEBUG_LAYER
  @c(zmalloc_uncaptured_zmalloc_cache_aligned)
#else
  @c @implementation
#endif
public func zmalloc_cache_aligned(_ size: Int) -> UnsafeMutableRawPointer? {
  unsafe Heap.allocate(size, alignment: Heap.cacheLineByteCount)?.start
}
