// An allocation that one value owns, and that is freed once, when the value ends.

public import ZMallocCore

/// Bytes of the heap that are freed when the value that owns them ends.
///
/// The value cannot be copied, so that its block is freed exactly once. The whole usable size is
/// the owner's: ``byteCount`` is what was asked for, or more.
///
/// ```swift
/// var text = try Allocation(byteCount: 9)      // byteCount is 24 over glibc
/// text.withMutableBytes { bytes in
///   bytes.storeBytes(of: 0x7A, as: UInt8.self)
/// }
/// try text.grow(toAtLeast: 100)                // on failure `text` is as it was
/// ```
///
/// The out-of-memory handler is not called: what throws does not end the process.
@frozen @safe
public struct Allocation: ~Copyable {
  /// The block, all of it.
  @usableFromInline var block: Block

  /// Allocates bytes.
  ///
  /// - Parameters:
  ///   - byteCount: How many at least; 0 gives a block of its own. What is negative or from
  ///     `Int.max` up fails.
  ///   - zeroed: Whether all of them are zero. Otherwise they have any values until they are
  ///     written.
  /// - Throws: ``OutOfMemory`` when they are not to be had.
  @inlinable @inline(__always)
  public init(byteCount: Int, zeroed: Bool = false) throws(OutOfMemory) {
    guard let block = Heap.tryAllocateOwned(byteCount, zeroed: zeroed) else {
      throw OutOfMemory(byteCount: byteCount)
    }
    self.block = block
  }

  /// Allocates bytes at a multiple of an alignment.
  ///
  /// Growth keeps it where it is told the alignment again.
  ///
  /// - Parameters:
  ///   - byteCount: How many at least, as above; they have any values until they are written.
  ///   - alignment: A power of two. Every block is aligned to 16.
  /// - Throws: ``OutOfMemory`` when they are not to be had.
  @inlinable
  public init(byteCount: Int, alignment: Int) throws(OutOfMemory) {
    precondition(
      alignment > 0 && alignment & (alignment - 1) == 0, "an alignment is a power of two")
    guard let block = Heap.tryAllocate(byteCount, alignment: alignment) else {
      throw OutOfMemory(byteCount: byteCount)
    }
    self.block = block
  }

  /// Owns a block.
  @inlinable
  init(block: Block) {
    self.block = block
  }

  @inlinable
  deinit {
    unsafe Heap.free(block.start, usableByteCount: block.usableByteCount)
  }
}

// One value owns the bytes, on whichever thread it is.
extension Allocation: @unchecked Sendable {}

extension Allocation {
  /// The bytes that the owner may use: the usable size of the block.
  ///
  /// At least what was asked for. Under the debug layer exactly that, so that one byte too many is
  /// found.
  @inlinable
  public var byteCount: Int { block.usableByteCount }
}
