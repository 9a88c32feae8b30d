// Strings, sizes, used memory and the out-of-memory handler for Swift.
// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are redis's.

public import ZMallocCore

/// Copies a C string; `nil` when memory ran out and the out-of-memory handler returned.
public func zstrdup(_ string: UnsafePointer<CChar>) -> UnsafeMutablePointer<CChar>? {
  unsafe Heap.duplicate(string, Heap.allocate)
}

/// Copies a C string; `nil` when memory ran out.
///
/// Never calls the out-of-memory handler.
public func ztrystrdup(_ string: UnsafePointer<CChar>) -> UnsafeMutablePointer<CChar>? {
  unsafe Heap.duplicate(string, Heap.tryAllocate)
}

/// The bytes that a block counts for in the used memory; 0 for nil.
///
/// Its usable size, and the header before it in a build with the trait `Prefix`.
@inlinable
public func zmalloc_size(_ pointer: UnsafeMutableRawPointer?) -> Int {
  unsafe Heap.countedByteCount(pointer)
}

/// The bytes of a block that may be written; 0 for nil.
@inlinable
public func zmalloc_usable_size(_ pointer: UnsafeMutableRawPointer?) -> Int {
  unsafe Heap.usableByteCount(pointer)
}

/// The bytes in use by the z-functions, over all threads.
///
/// Exact when no other thread allocates meanwhile.
public func zmalloc_used_memory() -> Int {
  UsedMemory.byteCount
}

/// The most bytes in use at once, sampled after each 100 KiB of growth and now.
public func zmalloc_peak_memory() -> Int {
  UsedMemory.peakByteCount
}

/// Sets what is called with the size when memory runs out; nil restores the default, a line and
/// abort.
///
/// The handler may allocate, and may return: the allocation then gives nil.
public func zmalloc_set_oom_handler(_ handler: (@convention(c) (Int) -> Void)?) {
  OutOfMemoryHandler.set(handler)
}
