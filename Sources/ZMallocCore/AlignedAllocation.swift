// Blocks at a multiple of an alignment. They are freed like the others; realloc does not keep it.

import CZMalloc

extension Heap {
  /// The bytes of a cache line, to which `zmalloc_cache_aligned` aligns.
  @inlinable public static var cacheLineByteCount: Int { 64 }

  /// Allocates at a multiple of an alignment; never calls the handler.
  ///
  /// - Parameters:
  ///   - size: Bytes; 0 gives a block of its own; `SIZE_MAX / 2` and more fails.
  ///   - alignment: A power of two; another value gives nil and EINVAL.
  /// - Returns: The block, or `nil` when memory ran out.
  @inlinable
  public static func tryAllocate(_ size: Int, alignment: Int) -> Block? {
    guard isPowerOfTwo(alignment) else { return nil }
    return block(size, alignment: alignment, mayFail: true)
  }

  /// Allocates at a multiple of an alignment, and calls the out-of-memory handler on failure, which
  /// a wrong alignment is not.
  ///
  /// - Returns: The block, or `nil` when the handler returned.
  @inlinable
  public static func allocate(_ size: Int, alignment: Int) -> Block? {
    guard isPowerOfTwo(alignment) else { return nil }
    if let block = block(size, alignment: alignment, mayFail: false) { return block }
    OutOfMemoryHandler.call(size)
    return nil
  }

  /// Checks an alignment, and sets errno where it is none.
  @usableFromInline
  static func isPowerOfTwo(_ alignment: Int) -> Bool {
    // The largest power of two arrives as the least Int.
    if UInt(bitPattern: alignment).nonzeroBitCount == 1 { return true }
    zmalloc_set_errno(zmalloc_einval())
    return false
  }

  /// A block, or `nil`; alignment and handler are the caller's business.
  @usableFromInline
  static func block(_ size: Int, alignment: Int, mayFail: Bool) -> Block? {
    // Each block is aligned to 16.
    if 0 < alignment && alignment <= 16 { return block(size, zeroed: false, mayFail: mayFail) }
    // What no address space can give, the allocators below answer each in its own way.
    guard let request = Request(size), alignment > 0, alignment < 1 << 47,
      let block = Backend.allocate(request.byteCount, alignment: alignment, mayFail: mayFail)
    else {
      zmalloc_set_errno(zmalloc_enomem())
      return nil
    }
    UsedMemory.add(block.usableByteCount)
    return block
  }
}
