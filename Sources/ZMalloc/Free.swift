// The ways back for Swift.
// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are redis's.

public import ZMallocCore

/// Frees a block of the z-functions; nil is a no-op.
@inlinable
public func zfree(_ pointer: UnsafeMutableRawPointer?) {
  unsafe Heap.free(pointer)
}

/// Frees a block by the buffer that a `_usable` function gave: its size need not be looked up.
///
/// - Parameter buffer: The whole buffer. Under the debug layer another count is a violation. In
///   production it makes the used memory wrong by the difference, and over jemalloc and tcmalloc,
///   which believe it, it may corrupt the heap.
@inlinable
public func zfree(_ buffer: UnsafeMutableRawBufferPointer) {
  unsafe Heap.free(buffer.baseAddress, usableByteCount: buffer.count)
}

/// Frees a block and says how many bytes it had.
///
/// - Returns: The usable size; 0 for nil.
@inlinable
@discardableResult
public func zfree_usable(_ pointer: UnsafeMutableRawPointer?) -> Int {
  unsafe Heap.free(pointer)
}

/// Frees a block whose usable size the caller knows.
///
/// - Parameters:
///   - pointer: A block of the z-functions, or nil.
///   - size: What a `_usable` function or ``zmalloc_usable_size(_:)`` said, not the request. Under
///     the debug layer another one is a violation. In production it makes the used memory wrong by
///     the difference, and over jemalloc and tcmalloc, which believe it, it may corrupt the heap.
@inlinable
public func zfree_with_size(_ pointer: UnsafeMutableRawPointer?, _ size: Int) {
  unsafe Heap.free(pointer, usableByteCount: size)
}
