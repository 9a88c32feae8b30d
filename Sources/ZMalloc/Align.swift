// Blocks at a multiple of an alignment, for Swift. They are freed like the others; zrealloc keeps
// the bytes, not the alignment.
// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are redis's.

public import ZMallocCore

/// Allocates bytes at a multiple of an alignment, not initialised.
///
/// - Parameters:
///   - alignment: A power of two; with another value the answer is `nil` and errno is EINVAL, and
///     the out-of-memory handler is not called.
///   - size: Bytes; 0 gives a block of its own, `SIZE_MAX / 2` and more fails.
/// - Returns: The block's first byte; `nil` when memory ran out and the out-of-memory handler
///   returned.
@inlinable
public func zaligned_alloc(_ alignment: Int, _ size: Int) -> UnsafeMutableRawPointer? {
  unsafe Heap.allocate(size, alignment: alignment)?.start
}

/// Allocates bytes at a multiple of an alignment, and says how many there are.
///
/// - Parameters:
///   - alignment: A power of two; with another value the answer is `nil` and errno is EINVAL, and
///     the out-of-memory handler is not called.
///   - size: Bytes; 0 gives a block of its own, `SIZE_MAX / 2` and more fails.
/// - Returns: The whole block, its count the usable size; `nil` when memory ran out and the
///   out-of-memory handler returned.
@inlinable
public func zaligned_alloc_usable(
  _ alignment: Int, _ size: Int
) -> UnsafeMutableRawBufferPointer? {
  unsafe Heap.allocate(size, alignment: alignment)?.buffer
}

/// Allocates bytes at a multiple of an alignment, not initialised.
///
/// Never calls the out-of-memory handler.
///
/// - Parameters:
///   - alignment: A power of two; with another value the answer is `nil` and errno is EINVAL.
///   - size: Bytes; 0 gives a block of its own, `SIZE_MAX / 2` and more fails.
/// - Returns: The block's first byte; `nil` when memory ran out.
@inlinable
public func ztryaligned_alloc(_ alignment: Int, _ size: Int) -> UnsafeMutableRawPointer? {
  unsafe Heap.tryAllocate(size, alignment: alignment)?.start
}

/// Allocates bytes at a multiple of an alignment, and says how many there are.
///
/// Never calls the out-of-memory handler.
///
/// - Parameters:
///   - alignment: A power of two; with another value the answer is `nil` and errno is EINVAL.
///   - size: Bytes; 0 gives a block of its own, `SIZE_MAX / 2` and more fails.
/// - Returns: The whole block, its count the usable size; `nil` when memory ran out.
@inlinable
public func ztryaligned_alloc_usable(
  _ alignment: Int, _ size: Int
) -> UnsafeMutableRawBufferPointer? {
  unsafe Heap.tryAllocate(size, alignment: alignment)?.buffer
}

/// Allocates bytes that start a cache line of 64 bytes, not initialised.
///
/// - Parameter size: Bytes; 0 gives a block of its own, `SIZE_MAX / 2` and more fails.
/// - Returns: The block's first byte; `nil` when memory ran out and the out-of-memory handler
///   returned.
@inlinable
public func zmalloc_cache_aligned(_ size: Int) -> UnsafeMutableRawPointer? {
  unsafe Heap.allocate(size, alignment: Heap.cacheLineByteCount)?.start
}
