// Allocators whose block's size is known before there is one: it is counted first.
//
// What stands behind the call of the allocator below costs more than what stands before it, which
// is done beside the work of the last allocation: counted afterwards, a block takes three cycles
// more.

#if (JEMALLOC || MIMALLOC || TCMALLOC || PREFIX) && !PRELOAD && !DEBUG_LAYER
  public import CZMalloc

  extension Allocator {
    /// Whether a size is ordinary: small, so that a peak with a block in it that could not be had
    /// is not far from the true one.
    @inlinable @inline(__always)
    static func isOrdinary(_ size: Int) -> Bool {
      let largest = UInt(ZMALLOC_SMALL_SIZE) - UInt(leastOrdinaryByteCount)
      return UInt(bitPattern: size &- leastOrdinaryByteCount) <= largest
    }

    /// A block of an ordinary size, counted; nil when memory ran out.
    ///
    /// An owned one comes back with its size.
    @inlinable @inline(__always)
    static func ordinaryBlock(_ size: Int, zeroed: Bool, isOwned: Bool) -> Block? {
      let quick = unsafe zmalloc_quick_counter()
      guard unsafe isThere(quick) else {
        return zeroed ? QuickPath.unusualZeroedBlock(size) : QuickPath.unusualBlock(size)
      }
      let usable = usableByteCount(ofOrdinary: size)
      unsafe zmalloc_add_allocated(quick, UsedMemory.counts(usable))
      let start =
        unsafe zeroed
        ? startOfOrdinaryZeroed(size) : startOfOrdinary(size)
      guard unsafe isThere(start) else { return QuickPath.notAllocated(usable) }
      if !isOwned { unsafe remember(start.unsafelyUnwrapped, usable) }
      return unsafe Block(start: start.unsafelyUnwrapped, usableByteCount: usable)
    }
  }

  extension QuickPath {
    /// Takes a block out of the used memory that was counted and could not be had.
    @usableFromInline @inline(never)
    static func notAllocated(_ usableByteCount: Int) -> Block? {
      UsedMemory.remove(usableByteCount)
      return nil
    }
  }
#endif
