// zmalloc.h's functions that touch no block: sizes, used memory, the handler, the recording on
// request.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CZMalloc
import CZMallocABI
import ZMallocCore

/// The bytes that a block counts for.
@c @implementation
public func zmalloc_size(_ ptr: UnsafeMutableRawPointer?) -> Int {
  unsafe Heap.countedByteCount(ptr)
}

/// The usable size of a block; 0 for NULL.
@c @implementation
public func zmalloc_usable_size(_ ptr: UnsafeMutableRawPointer?) -> Int {
  unsafe Heap.usableByteCount(ptr)
}

/// Returns `ptr`: tells a compiler that checks sizes that `size` bytes are there.
@c @implementation
public func extend_to_usable(
  _ ptr: UnsafeMutableRawPointer?, _ size: Int
) -> UnsafeMutableRawPointer? {
  unsafe ptr
}

/// The usable bytes of all blocks now.
@c @implementation
public func zmalloc_used_memory() -> Int {
  UsedMemory.byteCount
}

/// The most bytes in use at once.
@c @implementation
public func zmalloc_peak_memory() -> Int {
  UsedMemory.peakByteCount
}

/// Sets the out-of-memory handler; NULL restores the default.
@c @implementation
public func zmalloc_set_oom_handler(_ handler: (@convention(c) (Int) -> Void)?) {
  OutOfMemoryHandler.set(handler)
}

/// Looks at every block now; 0 when there is no layer.
@c @implementation
public func zmalloc_debug_check() -> Int32 {
  #if DEBUG_LAYER
    zmalloc_entrance_check()
  #else
    0
  #endif
}

/// Marks this moment: the number of the mark, 0 when there is no layer.
@c @implementation
public func zmalloc_debug_mark() -> UInt32 {
  #if DEBUG_LAYER
    zmalloc_entrance_mark()
  #else
    0
  #endif
}

/// Writes a recording now; -1 when it cannot be, or when there is no layer.
@c @implementation
public func zmalloc_debug_write_recording(_ path: UnsafePointer<CChar>?) -> Int32 {
  #if DEBUG_LAYER
    unsafe zmalloc_entrance_record(path)
  #else
    -1
  #endif
}
