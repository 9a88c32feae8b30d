// The realloc family. Real exhaustion keeps the old block, still counted.

/// What a realloc did.
@frozen
public enum Reallocation {
  /// The block, moved or not.
  case block(Block)
  /// The size was zero: the old block is freed.
  case freed
  /// Memory ran out: the old block is as it was.
  case failed

  /// The block, if there is one now.
  @inlinable
  public var block: Block? {
    guard case .block(let block) = self else { return nil }
    return block
  }
}

extension Heap {
  /// Resizes a block; never calls the handler.
  ///
  /// - Parameters:
  ///   - pointer: A block, or nil for a new one.
  ///   - size: Bytes; 0 with a block frees it.
  /// - Returns: What became of the block.
  @inlinable
  public static func tryReallocate(
    _ pointer: UnsafeMutableRawPointer?, _ size: Int
  ) -> Reallocation {
    unsafe resize(pointer, size, mayFail: true)
  }

  /// Resizes a block; the handler is the caller's business.
  @inlinable
  static func resize(
    _ pointer: UnsafeMutableRawPointer?, _ size: Int, mayFail: Bool
  ) -> Reallocation {
    guard let old = unsafe pointer else {
      guard let block = block(size, zeroed: false, mayFail: mayFail) else { return .failed }
      return .block(block)
    }
    if size == 0 {
      unsafe free(old)
      return .freed
    }
    guard let request = Request(size) else { return .failed }
    let before = unsafe Backend.usableByteCount(old)
    let block = unsafe Backend.reallocate(old, request.byteCount, mayFail: mayFail)
    guard let block else { return .failed }
    UsedMemory.change(from: before, to: block.usableByteCount)
    return .block(block)
  }

  /// Resizes a block, and calls the out-of-memory handler on failure.
  @inlinable
  public static func reallocate(
    _ pointer: UnsafeMutableRawPointer?, _ size: Int
  ) -> Reallocation {
    let result = unsafe resize(pointer, size, mayFail: false)
    if case .failed = result { OutOfMemoryHandler.call(size) }
    return result
  }
}
