// An allocation changes its size. When that fails it is as it was.

public import ZMallocCore

extension Allocation {
  /// Has at least so many bytes from here on; what is written stays.
  ///
  /// Costs nothing while the usable size suffices. Otherwise the block grows by at least half of
  /// its size, so that many small growths together take time linear in the final size. Where memory
  /// is short, ``resize(to:alignment:)`` asks for no more than it is told. Bytes that are new have
  /// any values.
  ///
  /// - Parameters:
  ///   - minimum: The bytes that are needed.
  ///   - alignment: What the block is aligned to where it has to grow, a power of two.
  /// - Throws: ``OutOfMemory`` when they are not to be had; the allocation is as it was.
  @inlinable
  public mutating func grow(
    toAtLeast minimum: Int, alignment: Int = 16
  ) throws(OutOfMemory) {
    if minimum >= 0 && minimum <= byteCount { return }
    try growBeyond(minimum, alignment)
  }

  /// The slow half: the block is too small.
  ///
  /// Not inlined, so that the quick half is short.
  @inlinable @inline(never)
  mutating func growBeyond(_ minimum: Int, _ alignment: Int) throws(OutOfMemory) {
    // A negative size is one that no memory has: it has to stay so, and fail.
    let wanted = minimum < 0 ? minimum : max(minimum, byteCount + byteCount / 2)
    guard reallocate(wanted, alignment) else { throw OutOfMemory(byteCount: minimum) }
  }

  /// Has so many bytes from here on, fewer or more, and not many besides.
  ///
  /// The bytes that stay keep their values; those that are new have any.
  ///
  /// - Parameters:
  ///   - byteCount: The bytes that are wanted; 0 keeps a block, too.
  ///   - alignment: What the block is aligned to from here on, a power of two.
  /// - Throws: ``OutOfMemory`` when they are not to be had; the allocation is as it was.
  @inlinable
  public mutating func resize(to byteCount: Int, alignment: Int = 16) throws(OutOfMemory) {
    // A realloc to zero bytes would free the block.
    guard reallocate(byteCount == 0 ? 1 : byteCount, alignment) else {
      throw OutOfMemory(byteCount: byteCount)
    }
  }

  /// Resizes the block; false when memory ran out, and the block is as it was.
  @inlinable
  mutating func reallocate(_ byteCount: Int, _ alignment: Int) -> Bool {
    if alignment > 16 { return replace(byteCount, alignment) }
    guard let block = unsafe Heap.tryReallocate(block.start, byteCount).block else { return false }
    self.block = block
    return true
  }

  /// The same for an alignment of its own, which no realloc keeps: another block, and a copy.
  @inlinable
  mutating func replace(_ byteCount: Int, _ alignment: Int) -> Bool {
    guard let other = try? Allocation(byteCount: byteCount, alignment: alignment) else {
      return false
    }
    let kept = min(self.byteCount, other.byteCount)
    unsafe other.block.start.copyMemory(from: block.start, byteCount: kept)
    self = other
    return true
  }
}
