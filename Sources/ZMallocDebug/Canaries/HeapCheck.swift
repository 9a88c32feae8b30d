// The check of all blocks while other threads run: of a sweep, and at the end. A live block is held
// while it is looked at, so that nobody frees or resizes it; the freed ones wait in a quarantine
// that is held as a whole. What another thread has freed meanwhile is never reported, nor touched.
#if DEBUG_LAYER
  import CZMalloc

  /// The check of all blocks.
  @safe
  enum HeapCheck {
    /// Looks at every block, and reports those that are damaged: their number.
    ///
    /// The quarantine is held. What was wrong is put right unless this is the end: it is reported
    /// once.
    static func run(_ thread: ThreadState, atEnd: Bool) -> UInt32 {
      var damaged: UInt32 = 0
      for id in 1..<max(1, unsafe state.pointee.nextCell)
      where unsafe checkLive(thread, Cell(id: id), atEnd: atEnd, renews: !atEnd) {
        damaged += 1
      }
      Quarantine.forEachWaiting { cell, side in
        if unsafe checkFreed(thread, cell, side, atEnd: atEnd) { damaged += 1 }
      }
      return damaged
    }

    /// Whether a live block is damaged, which is reported.
    static func checkLive(
      _ thread: ThreadState, _ cell: Cell, atEnd: Bool, renews: Bool
    ) -> Bool {
      guard cell.state == CellState.live else { return false }
      let operation = cell.operation
      let seen = Holding.look(at: cell) { () -> Evidence? in
        guard isOurs(cell), let damage = WholeBlock.damage(cell) else { return nil }
        return unsafe Violation.evidence(
          thread, cell, damage, UInt32(cell.family), atEnd: atEnd)
      }
      guard let seen else { return false }
      unsafe Violation.tell(thread, seen)
      guard renews else { return true }
      _ = Holding.look(at: cell) { () -> Bool? in
        if cell.operation == operation { WholeBlock.renewCanaries(cell) }
        return nil
      }
      return true
    }

    private static func checkFreed(
      _ thread: ThreadState, _ cell: Cell, _ side: SideCell, atEnd: Bool
    ) -> Bool {
      guard isOurs(cell), let damage = WholeBlock.damage(freed: cell, side) else { return false }
      unsafe Violation.writeAfterFree(thread, cell, side, damage, atEnd: atEnd)
      if !atEnd { FreedBlock(cell, side.flags).refill() }
      return true
    }

    /// A child reports only its own.
    private static func isOurs(_ cell: Cell) -> Bool {
      unsafe cell.operation > state.pointee.forkOperation
    }
  }
#endif
