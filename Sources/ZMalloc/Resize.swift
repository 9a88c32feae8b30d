// The realloc family for Swift. When memory runs out the old block stays whole and counted.
// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are redis's.

public import ZMallocCore

/// Resizes a block, moving it if need be.
///
/// - Parameters:
///   - pointer: A block of the z-functions, or nil for a new one.
///   - size: Bytes; 0 with a block frees it, without calling the handler.
/// - Returns: The block; `nil` when memory ran out, and the old block is as it was, or when `size`
///   is 0.
@inlinable
public func zrealloc(
  _ pointer: UnsafeMutableRawPointer?, _ size: Int
) -> UnsafeMutableRawPointer? {
  unsafe Heap.reallocate(pointer, size).block?.start
}

/// Resizes a block, moving it if need be, and says how many bytes there are.
///
/// - Parameters:
///   - pointer: A block of the z-functions, or nil for a new one.
///   - size: Bytes; 0 with a block frees it, without calling the handler.
/// - Returns: The whole block; `nil` when memory ran out, and the old block is as it was, or when
///   `size` is 0.
@inlinable
public func zrealloc_usable(
  _ pointer: UnsafeMutableRawPointer?, _ size: Int
) -> UnsafeMutableRawBufferPointer? {
  unsafe Heap.reallocate(pointer, size).block?.buffer
}

/// Resizes a block, moving it if need be.
///
/// Never calls the out-of-memory handler.
///
/// - Parameters:
///   - pointer: A block of the z-functions, or nil for a new one.
///   - size: Bytes; 0 with a block frees it, without calling the handler.
/// - Returns: The block; `nil` when memory ran out, and the old block is as it was, or when `size`
///   is 0.
@inlinable
public func ztryrealloc(
  _ pointer: UnsafeMutableRawPointer?, _ size: Int
) -> UnsafeMutableRawPointer? {
  unsafe Heap.tryReallocate(pointer, size).block?.start
}

/// Resizes a block, moving it if need be, and says how many bytes there are.
///
/// Never calls the out-of-memory handler.
///
/// - Parameters:
///   - pointer: A block of the z-functions, or nil for a new one.
///   - size: Bytes; 0 with a block frees it, without calling the handler.
/// - Returns: The whole block; `nil` when memory ran out, and the old block is as it was, or when
///   `size` is 0.
@inlinable
public func ztryrealloc_usable(
  _ pointer: UnsafeMutableRawPointer?, _ size: Int
) -> UnsafeMutableRawBufferPointer? {
  unsafe Heap.tryReallocate(pointer, size).block?.buffer
}
