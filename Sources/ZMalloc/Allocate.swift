// The malloc and calloc families for Swift: redis's names, Swift's types.
// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are redis's.

public import ZMallocCore

/// Allocates bytes that are not initialised.
///
/// - Parameter size: Bytes; 0 gives a block of its own, `SIZE_MAX / 2` and more fails.
/// - Returns: The block's first byte; `nil` when memory ran out and the out-of-memory handler
///   returned.
@inlinable
public func zmalloc(_ size: Int) -> UnsafeMutableRawPointer? {
  unsafe Heap.allocate(size, zeroed: false)?.start
}

/// Allocates zeroed bytes.
///
/// - Parameter size: Bytes; 0 gives a block of its own, `SIZE_MAX / 2` and more fails.
/// - Returns: The block's first byte; `nil` when memory ran out and the out-of-memory handler
///   returned.
@inlinable
public func zcalloc(_ size: Int) -> UnsafeMutableRawPointer? {
  unsafe Heap.allocate(size, zeroed: true)?.start
}

/// Allocates `num * size` zeroed bytes.
///
/// - Parameters:
///   - num: How many elements.
///   - size: Bytes of one; 0 fails, as in redis, and so does a product that overflows.
/// - Returns: The block's first byte; `nil` when memory ran out and the out-of-memory handler
///   returned.
@inlinable
public func zcalloc_num(_ num: Int, _ size: Int) -> UnsafeMutableRawPointer? {
  unsafe Heap.allocate(Request.counted(num, size), zeroed: true)?.start
}

/// Allocates bytes that are not initialised, and says how many there are.
///
/// - Parameter size: Bytes; 0 gives a block of its own, `SIZE_MAX / 2` and more fails.
/// - Returns: The whole block, its count the usable size, never less than `size`; `nil` when memory
///   ran out and the out-of-memory handler returned.
@inlinable
public func zmalloc_usable(_ size: Int) -> UnsafeMutableRawBufferPointer? {
  unsafe Heap.allocate(size, zeroed: false)?.buffer
}

/// Allocates zeroed bytes, and says how many there are.
///
/// - Parameter size: Bytes; 0 gives a block of its own, `SIZE_MAX / 2` and more fails.
/// - Returns: The whole block, its count the usable size, never less than `size`; `nil` when memory
///   ran out and the out-of-memory handler returned.
@inlinable
public func zcalloc_usable(_ size: Int) -> UnsafeMutableRawBufferPointer? {
  unsafe Heap.allocate(size, zeroed: true)?.buffer
}

/// Allocates bytes that are not initialised.
///
/// Never calls the out-of-memory handler.
///
/// - Parameter size: Bytes; 0 gives a block of its own, `SIZE_MAX / 2` and more fails.
/// - Returns: The block's first byte; `nil` when memory ran out.
@inlinable
public func ztrymalloc(_ size: Int) -> UnsafeMutableRawPointer? {
  unsafe Heap.tryAllocate(size, zeroed: false)?.start
}

/// Allocates zeroed bytes.
///
/// Never calls the out-of-memory handler.
///
/// - Parameter size: Bytes; 0 gives a block of its own, `SIZE_MAX / 2` and more fails.
/// - Returns: The block's first byte; `nil` when memory ran out.
@inlinable
public func ztrycalloc(_ size: Int) -> UnsafeMutableRawPointer? {
  unsafe Heap.tryAllocate(size, zeroed: true)?.start
}

/// Allocates `num * size` zeroed bytes.
///
/// Never calls the out-of-memory handler.
///
/// - Parameters:
///   - num: How many elements.
///   - size: Bytes of one; 0 fails, as in redis, and so does a product that overflows.
/// - Returns: The block's first byte; `nil` when memory ran out.
@inlinable
public func ztrycalloc_num(_ num: Int, _ size: Int) -> UnsafeMutableRawPointer? {
  unsafe Heap.tryAllocate(Request.counted(num, size), zeroed: true)?.start
}

/// Allocates bytes that are not initialised, and says how many there are.
///
/// Never calls the out-of-memory handler.
///
/// - Parameter size: Bytes; 0 gives a block of its own, `SIZE_MAX / 2` and more fails.
/// - Returns: The whole block, its count the usable size, never less than `size`; `nil` when memory
///   ran out. Zero bytes give a buffer, too.
@inlinable
public func ztrymalloc_usable(_ size: Int) -> UnsafeMutableRawBufferPointer? {
  unsafe Heap.tryAllocate(size, zeroed: false)?.buffer
}

/// Allocates zeroed bytes, and says how many there are.
///
/// Never calls the out-of-memory handler.
///
/// - Parameter size: Bytes; 0 gives a block of its own, `SIZE_MAX / 2` and more fails.
/// - Returns: The whole block, its count the usable size, never less than `size`; `nil` when memory
///   ran out. Zero bytes give a buffer, too.
@inlinable
public func ztrycalloc_usable(_ size: Int) -> UnsafeMutableRawBufferPointer? {
  unsafe Heap.tryAllocate(size, zeroed: true)?.buffer
}
