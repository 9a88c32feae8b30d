// zmalloc.h's realloc family. In a build with the debug layer they stand under other names: the C
// entrances of ZMallocDebugABI capture the stack, through which Embedded frames cannot be seen, and
// then call them.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CZMallocABI
import ZMallocCore

/// Resizes a block; failure keeps the old one.
#if DEBUG_LAYER
  @c(zmalloc_uncaptured_zrealloc)
#else
  @c @implementation
#endif
public func zrealloc(_ ptr: UnsafeMutableRawPointer?, _ size: Int) -> UnsafeMutableRawPointer? {
  unsafe store(Heap.reallocate(ptr, size), nil)
}

/// As zrealloc, without the handler.
#if DEBUG_LAYER
  @c(zmalloc_uncaptured_ztryrealloc)
#else
  @c @implementation
#endif
public func ztryrealloc(_ ptr: UnsafeMutableRawPointer?, _ size: Int) -> UnsafeMutableRawPointer? {
  unsafe store(Heap.tryReallocate(ptr, size), nil)
}

/// As zrealloc; stores the usable size.
#if DEBUG_LAYER
  @c(zmalloc_uncaptured_zrealloc_usable)
#else
  @c @implementation
#endif
public func zrealloc_usable(
  _ ptr: UnsafeMutableRawPointer?, _ size: Int, _ usable: UnsafeMutablePointer<Int>?
) -> UnsafeMutableRawPointer? {
  unsafe store(Heap.reallocate(ptr, size), usable)
}

/// As ztryrealloc; stores the usable size.
#if DEBUG_LAYER
  @c(zmalloc_uncaptured_ztryrealloc_usable)
#else
  @c @implementation
#endif
public func ztryrealloc_usable(
  _ ptr: UnsafeMutableRawPointer?, _ size: Int, _ usable: UnsafeMutablePointer<Int>?
) -> UnsafeMutableRawPointer? {
  unsafe store(Heap.tryReallocate(ptr, size), usable)
}
