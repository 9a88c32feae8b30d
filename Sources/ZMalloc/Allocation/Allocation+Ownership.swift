// An allocation goes to C and comes back: the raw block without its owner.

public import ZMallocCore

extension Allocation {
  /// Gives the block away: nobody frees it until somebody adopts it or calls `zfree`.
  ///
  /// - Returns: The whole block; its count is what ``zfree_with_size(_:_:)`` wants.
  @inlinable
  public consuming func take() -> UnsafeMutableRawBufferPointer {
    let buffer = unsafe block.buffer
    Heap.disown(block)
    discard self
    return unsafe buffer
  }

  /// Takes over a block of the z-functions, which this value will free.
  ///
  /// - Parameter buffer: The whole block, as ``take()`` or a `_usable` function gave it. Another
  ///   count makes the used memory wrong; under the debug layer it is a violation when the block is
  ///   freed, as is a block that somebody else frees too.
  @inlinable @unsafe
  public init(adopting buffer: UnsafeMutableRawBufferPointer) {
    guard let start = buffer.baseAddress else {
      preconditionFailure("there is no block to adopt")
    }
    unsafe self.init(block: Block(start: start, usableByteCount: buffer.count))
  }

  /// Takes over a block of the z-functions whose size its giver did not tell: it is looked up.
  ///
  /// - Parameter start: The block's first byte.
  @inlinable @unsafe
  public init(adopting start: UnsafeMutableRawPointer) {
    let usable = unsafe Heap.usableByteCount(start)
    unsafe self.init(block: Block(start: start, usableByteCount: usable))
  }
}
