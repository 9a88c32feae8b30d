// A look at a live block while other threads run: whoever frees or resizes it waits meanwhile. The
// mark stands in the word that each of them changes from one known value to another, so that an
// allocation has no instruction for it.
#if DEBUG_LAYER
  import CZMalloc

  /// Live blocks that stay where they are while a thread looks at them.
  @safe
  enum Holding {
    /// What a look at a live block finds; nil when it is not in use, or another thread looks at it.
    static func look<Result>(at cell: Cell, _ look: () -> Result?) -> Result? {
      let status = cell.status
      guard status & CellState.mask == CellState.live, status & CellState.held == 0 else {
        return nil
      }
      // Nobody else is there: at the end of a program that is all its blocks, one by one.
      if unsafe switches.pointee.threaded & isThreaded == 0 { return look() }
      unsafe _ = zmalloc_add32(&state.pointee.holderCount, 1)
      defer { unsafe _ = zmalloc_add32(&state.pointee.holderCount, UInt32.max) }
      guard swap(cell, from: status, to: status | CellState.held) else { return nil }
      defer { _ = swap(cell, from: status | CellState.held, to: status) }
      return look()
    }

    /// Waits for another thread's look at a live block, after a change of its record that failed.
    ///
    /// A holder that does not come back, or is none of this process's threads, is forgotten.
    ///
    /// - Parameters:
    ///   - cell: The record.
    ///   - expected: Its status when nobody looks at the block.
    /// - Returns: Whether only a look stood in the way, which may have ended before this was asked:
    ///   the caller is to try again.
    @inline(never)
    static func hasEnded(_ cell: Cell, _ expected: UInt32 = CellState.live) -> Bool {
      guard cell.status & ~CellState.held == expected else { return false }
      var tries = 0
      while isHeld(cell.status) {
        if unsafe zmalloc_load32(&state.pointee.holderCount) == 0 || tries > patience {
          let status = cell.status
          _ = swap(cell, from: status, to: status & ~CellState.held)
        } else if tries < yields {
          zmalloc_yield()
        } else {
          zmalloc_pause()
        }
        tries += 1
      }
      return true
    }

    private static let isThreaded: UInt32 = 1
    private static let yields = 1000
    /// And so many hundredths of a second.
    private static let patience = yields + 500

    private static func isHeld(_ status: UInt32) -> Bool {
      status & CellState.mask == CellState.live && status & CellState.held != 0
    }

    private static func swap(_ cell: Cell, from old: UInt32, to new: UInt32) -> Bool {
      Memory.swap32(cell.at + 28, from: old, to: new)
    }
  }
#endif
