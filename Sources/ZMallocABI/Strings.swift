// zmalloc.h's string functions. In a build with the debug layer they stand under other names: the C
// entrances of ZMallocDebugABI capture the stack, through which Embedded frames cannot be seen, and
// then call them.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CZMallocABI
import ZMallocCore

/// A copy of a C string.
#if DEBUG_LAYER
  @c(zmalloc_uncaptured_zstrdup)
#else
  @c @implementation
#endif
public func zstrdup(_ s: UnsafePointer<CChar>?) -> UnsafeMutablePointer<CChar>? {
  guard let s = unsafe s else { return nil }
  return unsafe Heap.duplicate(s, Heap.allocate)
}

/// As zstrdup, without the handler.
#if DEBUG_LAYER
  @c(zmalloc_uncaptured_ztrystrdup)
#else
  @c @implementation
#endif
public func ztrystrdup(_ s: UnsafePointer<CChar>?) -> UnsafeMutablePointer<CChar>? {
  guard let s = unsafe s else { return nil }
  return unsafe Heap.duplicate(s, Heap.tryAllocate)
}
