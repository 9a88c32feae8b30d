// What nearly every allocation and free of a production build does, as short as it can be: a size
// that is neither tiny nor huge, on a thread that has a counter, where sizes are known without
// asking. Each of these is one comparison; what fails one goes on in a function of its own, so that
// the quick half saves no registers for it and sets no frame up where it only jumps on.

#if !DEBUG_LAYER
  public import CZMalloc

  /// The malloc and free of production builds.
  @frozen
  public enum QuickPath {
    /// A block, counted; nil when memory ran out.
    ///
    /// An owned one comes back with its size.
    @inlinable @inline(__always)
    static func block(_ size: Int, zeroed: Bool, isOwned: Bool) -> Block? {
      guard _fastPath(Allocator.isOrdinary(size)) else {
        return zeroed ? unusualZeroedBlock(size) : unusualBlock(size)
      }
      return Allocator.ordinaryBlock(size, zeroed: zeroed, isOwned: isOwned)
    }

    /// Frees a block; returns the bytes that could be written, 0 for nil.
    @inlinable @inline(__always)
    static func free(_ pointer: UnsafeMutableRawPointer?) -> Int {
      let quick = unsafe zmalloc_quick_counter()
      guard unsafe isThere(quick) else { return unsafe freeSlowly(pointer) }
      return unsafe Allocator.free(pointer, counting: quick.unsafelyUnwrapped)
    }

    /// Frees a block whose usable size is known.
    @inlinable @inline(__always)
    static func free(_ pointer: UnsafeMutableRawPointer, _ usableByteCount: Int) {
      let quick = unsafe zmalloc_quick_counter()
      guard unsafe isThere(quick) else {
        unsafe freeSlowly(pointer, usableByteCount)
        return
      }
      unsafe zmalloc_add_freed(quick, UsedMemory.counts(usableByteCount))
      unsafe Allocator.free(pointer, usableByteCount: usableByteCount)
    }
  }

  extension QuickPath {
    /// A block of a size that has to be looked at: tiny, large or too large; or of a thread without
    /// a counter.
    @usableFromInline @inline(never)
    static func unusualBlock(_ size: Int) -> Block? {
      guard let request = Request(size),
        let block = Allocator.allocate(Backend.atLeast(request.byteCount))
      else { return nil }
      UsedMemory.add(block.usableByteCount)
      return block
    }

    /// The same, zeroed.
    @usableFromInline @inline(never)
    static func unusualZeroedBlock(_ size: Int) -> Block? {
      guard let request = Request(size),
        let block = Allocator.allocateZeroed(Backend.atLeast(request.byteCount))
      else { return nil }
      UsedMemory.add(block.usableByteCount)
      return block
    }

    /// Frees a block on a thread without a counter, or whose size has to be asked for.
    @usableFromInline @inline(never)
    static func freeSlowly(_ pointer: UnsafeMutableRawPointer?) -> Int {
      guard let pointer = unsafe pointer else { return 0 }
      let usable = unsafe Allocator.usableByteCount(pointer)
      UsedMemory.remove(usable)
      unsafe Allocator.free(pointer, usableByteCount: usable)
      return usable
    }

    /// Frees a block of a known size on a thread without a counter.
    @usableFromInline @inline(never)
    static func freeSlowly(_ pointer: UnsafeMutableRawPointer, _ usableByteCount: Int) {
      UsedMemory.remove(usableByteCount)
      unsafe Allocator.free(pointer, usableByteCount: usableByteCount)
    }
  }
#endif

/// Whether a pointer is not nil, as it nearly always is: what is done otherwise is laid aside,
/// and the usual way jumps over nothing.
///
/// By its bits: of an optional the compiler forgets which case is the usual one.
@inlinable @inline(__always)
func isThere<Pointer>(_ pointer: Pointer?) -> Bool {
  unsafe _fastPath(unsafeBitCast(pointer, to: UInt.self) != 0)
}
