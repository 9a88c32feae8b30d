// From a pointer back to the allocator below: the record, the canaries, the quarantine.
#if DEBUG_LAYER
  import CZMalloc

  /// The entrance of free.
  ///
  /// The guard is held and a short stack captured.
  ///
  /// - Returns: The bytes freed, or `ZMALLOC_AGAIN` when a mistake was found and nothing done yet:
  ///   the entrance captures the whole stack and calls again with `ZMALLOC_CALL_REPORTING`.
  @c @implementation
  func zmalloc_layer_free(
    _ thread: UnsafeMutablePointer<zmalloc_thread>?, _ pointer: UnsafeMutableRawPointer?,
    _ expected: Int, _ call: UInt32
  ) -> Int {
    guard let thread = unsafe thread else { return 0 }
    let address = UInt(bitPattern: pointer)
    return Int(
      bitPattern: unsafe LiveBlocks.free(thread, address, UInt(bitPattern: expected), call))
  }

  extension LiveBlocks {
    static var again: UInt { UInt(bitPattern: -2) }
    static var anySize: UInt { UInt.max }

    static func free(
      _ thread: ThreadState, _ address: UInt, _ expected: UInt, _ call: UInt32
    ) -> UInt {
      guard let cell = find(address) else {
        return unsafe Misuse.free(thread, address, expected, call)
      }
      let byteCount = cell.byteCount
      let damage = damage(cell)
      let isMixed = cell.family != UInt8(truncatingIfNeeded: call) && mixes(cell, call)
      if damage != nil || isMixed || (expected != anySize && expected != byteCount) {
        guard call & UInt32(ZMALLOC_CALL_REPORTING) != 0 else { return again }
        // Going on: the block is freed as if nothing had been.
        if let damage {
          unsafe Violation.canary(thread, cell, damage, call, atEnd: false)
          cell.renewCanaries()
        } else if isMixed {
          unsafe Violation.familyMismatch(thread, cell, call)
        } else {
          unsafe Violation.sizeMismatch(thread, cell, claimed: expected, call)
        }
      }
      return unsafe retire(thread, cell, call) ? byteCount : again
    }

    /// Whether a call may not take a block: one of the two is C++'s, and the other another.
    ///
    /// The z-functions stand on libc's, and their blocks may meet `free` where a layer elsewhere
    /// has both.
    static func mixes(_ cell: Cell, _ call: UInt32) -> Bool {
      let mine = UInt32(cell.family)
      let other = call & UInt32(ZMALLOC_CALL_FAMILY)
      return mine != other && mine != internalFamily
        && max(mine, other) >= UInt32(ZMALLOC_FAMILY_NEW)
        && (unsafe state.pointee.mixesFamilies == 0)
    }

    /// Moves a live block into quarantine; false when another thread freed it meanwhile.
    static func retire(_ thread: ThreadState, _ cell: Cell, _ call: UInt32) -> Bool {
      let address = cell.address
      let byteCount = cell.byteCount
      let isInternal = UInt32(cell.family) == internalFamily
      let operation = unsafe isInternal ? 0 : ThreadList.nextOperation(thread)
      let sideID = unsafe CellArena.take(thread)
      guard sideID != 0 else {
        // Without a side record there is no history: straight back below.
        while !cell.change(from: CellState.live, to: CellState.free, link: 0) {
          guard Holding.hasEnded(cell) else { return false }
        }
        Memory.store64(address - 16, 0)
        if unsafe switches.pointee.faults_armed & FaultScopes.scopesExist != 0 {
          ScopeBlocks.remove(address)
        }
        Below.free(cell.base)
        // Before the cell may be somebody else's.
        unsafe count(thread, cell, byteCount)
        unsafe CellArena.putBack(cell.id, thread)
        return true
      }
      // Complete before anybody finds it: a recording reads it at any time. What the block holds is
      // known later.
      let side = SideCell(id: sideID)
      let time = unsafe zmalloc_coarse_time() &- state.pointee.startCoarse
      let stack = unsafe StackDepot.intern(thread)
      let number = unsafe thread.pointee.number
      let moved = call & UInt32(ZMALLOC_CALL_REALLOC) == 0 ? 0 : SideCell.moved
      side.write(operation: operation, time: time, stack: stack, thread: number, flags: moved)
      while !cell.change(from: CellState.live, to: CellState.quarantined, link: sideID) {
        if Holding.hasEnded(cell) { continue }
        unsafe CellArena.putBack(sideID, thread)
        return false
      }
      let flags = FreedBlock.spoil(address, byteCount) | moved
      side.setFlags(flags)
      unsafe count(thread, cell, byteCount)
      unsafe Quarantine.add(thread, cell, side, flags, stack)
      return true
    }

    /// Counts a free.
    static func count(_ thread: ThreadState, _ cell: Cell, _ byteCount: UInt) {
      if UInt32(cell.family) == internalFamily { return }
      unsafe thread.pointee.frees += 1
      unsafe thread.pointee.live_blocks -= 1
      unsafe ThreadList.count(thread, bytes: -Int64(byteCount))
    }
  }
#endif
