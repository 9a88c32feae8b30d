// Heap mistakes in a scope that wants to know of them: they are its own, and the program goes on. A
// mistake belongs to the scope of its block; where no block is known, to that of the code that made
// it.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// The heap mistakes of scopes.
  @safe
  enum ScopeViolations {
    /// Whether a scope has taken a mistake: then nobody else reports it.
    static func take(_ thread: ThreadState, _ entry: ViolationEntry) -> Bool {
      guard unsafe switches.pointee.faults_armed & FaultScopes.scopesExist != 0 else {
        return false
      }
      var scope = ScopeBlocks.scope(of: UInt(entry.blockAddress))
      if scope == 0 { scope = unsafe FaultScopes.current(thread) }
      Lock.sites.acquire()
      defer { Lock.sites.release() }
      while let known = unsafe FaultScopes.known(scope) {
        if unsafe known.pointee.checksHeap != 0 {
          let index = unsafe known.pointee.violations
          unsafe known.pointee.violations = index + 1
          if index < FaultScopes.violationLimit {
            unsafe Memory.pointer(address(scope, index)).storeBytes(
              of: entry, as: ViolationEntry.self)
          }
          return true
        }
        unsafe scope = known.pointee.parent
      }
      return false
    }

    private static func address(_ scope: UInt32, _ index: UInt64) -> UInt {
      FaultScopes.address(scope) + FaultScopes.violationsOffset
        + UInt(index) * UInt(MemoryLayout<ViolationEntry>.size)
    }

    /// Visits the mistakes of a scope: the first ones stay.
    static func forEach(_ scope: UInt32, _ visit: (ViolationEntry) -> Void) {
      guard let known = unsafe FaultScopes.known(scope) else { return }
      for index in 0..<(unsafe min(known.pointee.violations, FaultScopes.violationLimit)) {
        unsafe visit(Memory.pointer(address(scope, index)).load(as: ViolationEntry.self))
      }
    }

    /// Looks at all blocks of a scope, in use and in quarantine.
    static func check(_ scope: UInt32, _ thread: ThreadState) {
      unsafe _ = zmalloc_add32(&state.pointee.quarantineHolds, 1)
      unsafe thread.pointee.frame_count = 0
      while let (cell, damage) = firstDamaged(scope) {
        if cell.state == CellState.live {
          unsafe _ = HeapCheck.checkLive(thread, cell, atEnd: true, renews: true)
        } else {
          let side = SideCell(id: cell.link)
          unsafe Violation.writeAfterFree(thread, cell, side, damage, atEnd: true)
          FreedBlock(cell, side.flags).refill()
        }
      }
      unsafe _ = zmalloc_add32(&state.pointee.quarantineHolds, UInt32.max)
    }

    private static func firstDamaged(_ scope: UInt32) -> (Cell, CanaryDamage)? {
      var found: (Cell, CanaryDamage)?
      ScopeBlocks.forEach(scope) { cell in
        let damage =
          switch cell.state {
          case CellState.live: Holding.look(at: cell) { WholeBlock.damage(cell) }
          case CellState.quarantined: WholeBlock.damage(freed: cell, SideCell(id: cell.link))
          default: nil as CanaryDamage?
          }
        guard let damage else { return true }
        found = (cell, damage)
        return false
      }
      return found
    }
  }
#endif
