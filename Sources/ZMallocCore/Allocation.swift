// The malloc and calloc families: what each returns, counts and does on failure.

public import CZMalloc

/// A block and the bytes of it that the caller may write.
@frozen @safe
public struct Block {
  /// The block's first byte.
  public let start: UnsafeMutableRawPointer
  /// The bytes that the caller may write.
  public let usableByteCount: Int

  /// Pairs a pointer with its usable size.
  @inlinable
  public init(start: UnsafeMutableRawPointer, usableByteCount: Int) {
    unsafe self.start = unsafe start
    self.usableByteCount = usableByteCount
  }
}

extension Block {
  /// The block as a buffer of its usable size.
  @inlinable
  public var buffer: UnsafeMutableRawBufferPointer {
    unsafe UnsafeMutableRawBufferPointer(start: start, count: usableByteCount)
  }
}

/// The functions of the contract, without their C names.
@frozen
public enum Heap {
  /// Allocates; never calls the handler.
  ///
  /// - Parameters:
  ///   - size: Bytes; 0 gives a block of its own; `SIZE_MAX / 2` and more fails.
  ///   - zeroed: Whether the bytes have to be zero.
  /// - Returns: The block, or `nil` when memory ran out.
  @inlinable @inline(__always)
  public static func tryAllocate(_ size: Int, zeroed: Bool) -> Block? {
    block(size, zeroed: zeroed, mayFail: true)
  }

  /// A block, or `nil`; the handler is the caller's business.
  @inlinable @inline(__always)
  static func block(
    _ size: Int, zeroed: Bool, mayFail: Bool, isOwned: Bool = false
  ) -> Block? {
    #if DEBUG_LAYER
      guard let request = Request(size),
        let block = Backend.allocate(request.byteCount, zeroed: zeroed, mayFail: mayFail)
      else { return nil }
      UsedMemory.add(block.usableByteCount)
      return block
    #else
      return QuickPath.block(size, zeroed: zeroed, isOwned: isOwned)
    #endif
  }

  /// Allocates for an owner who gives the block back with its size; never calls the handler.
  ///
  /// Its size need not be noted for a free without one. An owner who gives it away calls
  /// ``disown(_:)``.
  @inlinable @inline(__always)
  public static func tryAllocateOwned(_ size: Int, zeroed: Bool) -> Block? {
    block(size, zeroed: zeroed, mayFail: true, isOwned: true)
  }

  /// Makes an owned block one that any free takes back.
  @inlinable
  public static func disown(_ block: Block) {
    #if !DEBUG_LAYER
      unsafe Allocator.remember(block.start, block.usableByteCount)
    #endif
  }

  /// Allocates, and calls the out-of-memory handler on failure.
  ///
  /// - Returns: The block, or `nil` when the handler returned.
  @inlinable @inline(__always)
  public static func allocate(_ size: Int, zeroed: Bool) -> Block? {
    if let block = block(size, zeroed: zeroed, mayFail: false) { return block }
    OutOfMemoryHandler.call(size)
    return nil
  }

  /// Frees a block; nil is a no-op.
  ///
  /// - Returns: The bytes that were freed, 0 for nil.
  @inlinable @inline(__always) @discardableResult
  public static func free(_ pointer: UnsafeMutableRawPointer?) -> Int {
    #if DEBUG_LAYER
      guard let pointer = unsafe pointer else { return 0 }
      // The layer knows whether this is a block at all; to ask for its size first would trust the
      // pointer.
      if Backend.isWatching {
        let freed = unsafe Backend.freeWatched(pointer)
        UsedMemory.remove(freed)
        return freed
      }
      let usable = unsafe Backend.usableByteCount(pointer)
      UsedMemory.remove(usable)
      unsafe Backend.free(pointer, usableByteCount: usable)
      return usable
    #else
      return unsafe QuickPath.free(pointer)
    #endif
  }

  /// Frees a block whose usable size the caller gives back.
  ///
  /// Transparent, as what it calls: the few frames that are kept of a free are the program's, also
  /// where nothing is inlined.
  @_transparent
  public static func free(_ pointer: UnsafeMutableRawPointer?, usableByteCount: Int) {
    guard let pointer = unsafe pointer else { return }
    #if DEBUG_LAYER
      UsedMemory.remove(usableByteCount)
      unsafe Backend.free(pointer, usableByteCount: usableByteCount)
    #else
      unsafe QuickPath.free(pointer, usableByteCount)
    #endif
  }

  /// The bytes of a block that the caller may write; 0 for nil.
  @inlinable
  public static func usableByteCount(_ pointer: UnsafeMutableRawPointer?) -> Int {
    guard let pointer = unsafe pointer else { return 0 }
    return unsafe Backend.usableByteCount(pointer)
  }

  /// What a block counts for in the used memory: its usable size, and the header before it where
  /// there is one; 0 for nil.
  @inlinable
  public static func countedByteCount(_ pointer: UnsafeMutableRawPointer?) -> Int {
    guard let pointer = unsafe pointer else { return 0 }
    return unsafe Backend.usableByteCount(pointer) + Backend.headerByteCount
  }

  /// Copies a C string into a block that `allocate` gives.
  @inlinable
  public static func duplicate(
    _ string: UnsafePointer<CChar>, _ allocate: (_ size: Int, _ zeroed: Bool) -> Block?
  ) -> UnsafeMutablePointer<CChar>? {
    let byteCount = unsafe zmalloc_string_length(string) + 1
    guard let block = allocate(byteCount, false) else { return nil }
    unsafe zmalloc_copy(block.start, string, byteCount)
    return unsafe block.start.assumingMemoryBound(to: CChar.self)
  }
}
