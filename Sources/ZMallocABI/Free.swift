// zmalloc.h's freeing functions. In a build with the debug layer they stand under other names: the
// C entrances of ZMallocDebugABI capture the stack, through which Embedded frames cannot be seen,
// and then call them.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CZMallocABI
import ZMallocCore

/// Frees a block; NULL is a no-op.
#if DEBUG_LAYER
  @c(zmalloc_uncaptured_zfree)
#else
  @c @implementation
#endif
public func zfree(_ ptr: UnsafeMutableRawPointer?) {
  unsafe Heap.free(ptr)
}

/// Frees a block and stores the size that it had.
#if DEBUG_LAYER
  @c(zmalloc_uncaptured_zfree_usable)
#else
  @c @implementation
#endif
public func zfree_usable(_ ptr: UnsafeMutableRawPointer?, _ usable: UnsafeMutablePointer<Int>?) {
  let freed = unsafe Heap.free(ptr)
  if let usable = unsafe usable { unsafe usable.pointee = freed }
}

/// Frees a block whose usable size the caller gives back.
#if DEBUG_LAYER
  @c(zmalloc_uncaptured_zfree_with_size)
#else
  @c @implementation
#endif
public func zfree_with_size(_ ptr: UnsafeMutableRawPointer?, _ size: Int) {
  unsafe Heap.free(ptr, usableByteCount: size)
}
