// Blocks with pages of their own and a page without access behind or before them: the first touch
// out of bounds faults, and so does every touch after the free.
#if DEBUG_LAYER
  import CZMalloc

  /// Guarded blocks.
  ///
  /// The link of a live one's record is its slot, which is never 0: so a record tells them from
  /// others.
  @safe
  enum GuardedBlocks {
    /// Allocates a block if it is to be guarded; nil when it is not, or a limit is met.
    static func allocate(
      _ thread: ThreadState, _ byteCount: UInt, _ alignment: UInt, _ call: UInt32,
      _ operation: UInt64, _ stack: UInt32
    ) -> UInt? {
      guard unsafe thread.pointee.is_internal == 0, Guards.wants(byteCount, operation) else {
        return nil
      }
      let isAtStart = unsafe state.pointee.guardsStart != 0
      let pages = GuardPlace.pageCount(byteCount, alignment: alignment, isAtStart: isAtStart)
      let id = unsafe CellArena.take(thread)
      guard id != 0 else { return nil }
      let slot = Guards.take(pages)
      guard slot != 0 else {
        unsafe CellArena.putBack(id, thread)
        return nil
      }
      let place = GuardPlace(
        GuardPool.start(slot), GuardPool.end(slot), byteCount, alignment: alignment,
        isAtStart: isAtStart)
      let open = place.dataEnd - place.dataStart
      guard unsafe open == 0 || zmalloc_permit(Memory.pointer(place.dataStart), Int(open)) else {
        // A part of them may be open.
        GuardPool.noteOpened(slot)
        Guards.giveBack(slot)
        unsafe CellArena.putBack(id, thread)
        unsafe _ = zmalloc_add64(&state.pointee.guardsWithoutPages, 1)
        return nil
      }
      let family = UInt8(truncatingIfNeeded: call & UInt32(ZMALLOC_CALL_FAMILY))
      let log2 = alignment <= 16 ? 4 : UInt8(truncatingIfNeeded: alignment.trailingZeroBitCount)
      let cell = Cell(id: id)
      let block = unsafe NewBlock(
        address: place.address, byteCount: byteCount, alignmentLog2: log2, family: family,
        thread: thread.pointee.number_in_records, faultBefore: FaultLog.last, operation: operation,
        stack: stack)
      writeCanaries(place, id)
      cell.write(block, link: slot)
      GuardPool.setCell(slot, id)
      if call & UInt32(ZMALLOC_CALL_ZEROED) == 0, unsafe state.pointee.junk != 0 {
        Junk.fill(place.address, byteCount)
      }
      unsafe count(thread, place.address, cell)
      return place.address
    }

    /// What every allocation counts.
    private static func count(_ thread: ThreadState, _ address: UInt, _ cell: Cell) {
      if unsafe switches.pointee.faults_armed & FaultScopes.scopesExist != 0 {
        let scope = unsafe FaultScopes.current(thread)
        if scope != 0 { ScopeBlocks.add(address, cell: cell.id, scope: scope) }
      }
      unsafe _ = zmalloc_add64(&state.pointee.guardedCount, 1)
      unsafe thread.pointee.newest = cell.id
      unsafe thread.pointee.allocations += 1
      unsafe thread.pointee.live_blocks += 1
      unsafe ThreadList.count(thread, bytes: Int64(cell.byteCount))
    }

    /// Whether a live record is that of a guarded block.
    static func isGuarded(_ cell: Cell) -> Bool { cell.link != 0 }

    /// The record of the live guarded block at an address.
    static func find(_ address: UInt) -> Cell? {
      let slot = GuardPool.slot(at: address)
      guard slot != 0 else { return nil }
      let id = GuardPool.cell(slot)
      guard id != 0 else { return nil }
      let cell = Cell(id: id)
      guard cell.state == CellState.live, cell.address == address else { return nil }
      return cell
    }

    /// Frees a live block, after a look at its canaries and at the size that the caller claims.
    static func free(
      _ thread: ThreadState, _ cell: Cell, _ expected: UInt, _ call: UInt32
    ) -> UInt {
      let byteCount = cell.byteCount
      let damage = damage(cell)
      let isOtherSize = expected != LiveBlocks.anySize && expected != byteCount
      let isMixed = LiveBlocks.mixes(cell, call)
      if damage != nil || isMixed || isOtherSize {
        guard call & UInt32(ZMALLOC_CALL_REPORTING) != 0 else { return LiveBlocks.again }
        if let damage {
          unsafe Violation.canary(thread, cell, damage, call, atEnd: false)
        } else if isMixed {
          unsafe Violation.familyMismatch(thread, cell, call)
        } else {
          unsafe Violation.sizeMismatch(thread, cell, claimed: expected, call)
        }
      }
      return unsafe retire(thread, cell, SideCell.guarded) ? byteCount : LiveBlocks.again
    }

    /// Closes a live block's pages and lets it wait; false when another thread freed it meanwhile.
    static func retire(_ thread: ThreadState, _ cell: Cell, _ flags: UInt32) -> Bool {
      let slot = cell.link
      let byteCount = cell.byteCount
      let operation = unsafe ThreadList.nextOperation(thread)
      let sideID = unsafe CellArena.take(thread)
      // Complete before anybody finds it: a check must know that there is nothing to read.
      if sideID != 0 { unsafe describeFree(thread, SideCell(id: sideID), operation, flags) }
      let next = sideID == 0 ? CellState.free : CellState.quarantined | sideID << 3
      while !close(cell, slot, next) {
        if Holding.hasEnded(cell, CellState.live | slot << 3) { continue }
        if sideID != 0 { unsafe CellArena.putBack(sideID, thread) }
        return false
      }
      unsafe LiveBlocks.count(thread, cell, byteCount)
      guard sideID != 0 else {
        // Without a side record there is no history.
        Guards.giveBack(slot)
        unsafe CellArena.putBack(cell.id, thread)
        return true
      }
      Guards.wait(slot)
      return true
    }

    private static func describeFree(
      _ thread: ThreadState, _ side: SideCell, _ operation: UInt64, _ flags: UInt32
    ) {
      let time = unsafe zmalloc_coarse_time() &- state.pointee.startCoarse
      side.write(
        operation: operation, time: time, stack: unsafe StackDepot.intern(thread),
        thread: unsafe thread.pointee.number, flags: flags)
    }

    /// Takes a live block's pages away, unless another thread was first or looks at them.
    private static func close(_ cell: Cell, _ slot: UInt32, _ next: UInt32) -> Bool {
      Lock.guards.acquire()
      defer { Lock.guards.release() }
      let isMine = Memory.swap32(cell.at + 28, from: CellState.live | slot << 3, to: next)
      if isMine { GuardPool.close(slot) }
      return isMine
    }

    /// Frees a block while the layer is busy on this thread: its run is never used again.
    static func abandon(_ cell: Cell) -> UInt {
      let slot = cell.link
      let byteCount = cell.byteCount
      let live = CellState.live | slot << 3
      while !Memory.swap32(cell.at + 28, from: live, to: CellState.free) {
        guard Holding.hasEnded(cell, live) else { return 0 }
      }
      GuardPool.setCell(slot, 0)
      GuardPool.close(slot)
      if let thread = unsafe zmalloc_current_thread() {
        unsafe LiveBlocks.count(thread, cell, byteCount)
      }
      return byteCount
    }

    /// realloc of a guarded block: it always moves.
    static func reallocate(
      _ thread: ThreadState, _ cell: Cell, _ byteCount: UInt, _ call: UInt32
    ) -> UInt? {
      if let damage = damage(cell) {
        unsafe Violation.canary(thread, cell, damage, call, atEnd: false)
        renewCanaries(cell)
      } else if LiveBlocks.mixes(cell, call) {
        unsafe Violation.familyMismatch(thread, cell, call | UInt32(ZMALLOC_CALL_REALLOC))
      }
      let address = cell.address
      guard let moved = unsafe LiveBlocks.allocate(thread, byteCount, 16, call) else { return nil }
      Memory.copy(to: moved, from: address, min(cell.byteCount, byteCount))
      if unsafe switches.pointee.faults_armed & FaultScopes.scopesExist != 0 {
        ScopeBlocks.inherit(from: address, to: moved)
      }
      unsafe _ = retire(thread, cell, SideCell.guarded | SideCell.moved)
      return moved
    }

    /// Writes the canaries anew.
    static func renewCanaries(_ cell: Cell) { writeCanaries(GuardPlace(cell), cell.id) }

    private static func writeCanaries(_ place: GuardPlace, _ id: UInt32) {
      guard unsafe state.pointee.canaries != 0 else { return }
      let canary = Canary(address: place.address, byteCount: place.byteCount)
      if !place.isAtStart {
        Memory.store64(place.address - 16, prefix(id))
        Memory.store64(place.address - 8, canary.value)
      }
      var at: UInt = 0
      while at < place.gap {
        let byte = UInt8(truncatingIfNeeded: canary.rear >> UInt64((at & 7) * 8))
        Memory.store8(place.end + at, byte)
        at += 1
      }
    }

    private static func prefix(_ id: UInt32) -> UInt64 {
      Prefix.word(id: id, alignmentLog2: 4, kind: Prefix.guarded)
    }

    /// The damage to a live block's canaries, nil when they are whole or not in use.
    static func damage(_ cell: Cell) -> CanaryDamage? {
      guard unsafe state.pointee.canaries != 0 else { return nil }
      let place = GuardPlace(cell)
      let canary = Canary(address: place.address, byteCount: place.byteCount)
      if let damage = Canary.damage(place.end, place.gap, canary.rear) { return damage }
      guard !place.isAtStart else { return nil }
      return canary.frontDamage(place.address)
        ?? Canary.damage(place.address - 16, 8, prefix(cell.id))
    }
  }
#endif
