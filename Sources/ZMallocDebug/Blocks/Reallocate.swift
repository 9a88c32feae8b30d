// realloc: below 64 KiB the block always moves, so that a stale pointer meets the quarantine;
// above, it grows where it is or is remapped, since copying it each time would make a growing
// buffer quadratic.
#if DEBUG_LAYER
  import CZMalloc

  /// The entrance of realloc.
  ///
  /// The guard is held and the stack captured.
  ///
  /// - Returns: The block, moved or not; nil when memory ran out, the plan says so, or the size is
  ///   0 (then the block is freed). On failure the old block is as it was.
  @c @implementation
  func zmalloc_layer_reallocate(
    _ thread: UnsafeMutablePointer<zmalloc_thread>?, _ pointer: UnsafeMutableRawPointer?,
    _ size: Int, _ call: UInt32
  ) -> UnsafeMutableRawPointer? {
    guard let thread = unsafe thread else { return nil }
    let address = unsafe LiveBlocks.reallocate(
      thread, UInt(bitPattern: pointer), UInt(bitPattern: size), call)
    return unsafe UnsafeMutableRawPointer(bitPattern: address ?? 0)
  }

  extension LiveBlocks {
    static let inPlaceFrom: UInt = 65536

    static func reallocate(
      _ thread: ThreadState, _ address: UInt, _ byteCount: UInt, _ call: UInt32
    ) -> UInt? {
      if address == 0 { return unsafe allocate(thread, byteCount, 16, call) }
      if byteCount == 0 {
        unsafe _ = free(thread, address, anySize, call | UInt32(ZMALLOC_CALL_REPORTING))
        return nil
      }
      guard let cell = find(address) else {
        return unsafe Misuse.reallocate(thread, address, byteCount, call)
      }
      if let damage = damage(cell) {
        unsafe Violation.canary(thread, cell, damage, call, atEnd: false)
        cell.renewCanaries()
      } else if cell.family != UInt8(truncatingIfNeeded: call), mixes(cell, call) {
        unsafe Violation.familyMismatch(thread, cell, call | UInt32(ZMALLOC_CALL_REALLOC))
      }
      let old = cell.byteCount
      if old >= inPlaceFrom && byteCount >= inPlaceFrom && cell.alignmentLog2 <= 4,
        unsafe state.pointee.movesAlways == 0,
        unsafe switches.pointee.faults_armed & FaultScopes.scopesExist == 0
      {
        return unsafe resize(thread, cell, byteCount, call)
      }
      guard let moved = unsafe allocate(thread, byteCount, 16, call) else { return nil }
      Memory.copy(to: moved, from: address, min(old, byteCount))
      if unsafe switches.pointee.faults_armed & FaultScopes.scopesExist != 0 {
        ScopeBlocks.inherit(from: address, to: moved)
      }
      unsafe _ = retire(thread, cell, call | UInt32(ZMALLOC_CALL_REALLOC))
      return moved
    }

    /// Takes a live block back from the program; false when another thread has freed it.
    private static func retract(_ cell: Cell, _ sideID: UInt32) -> Bool {
      while !cell.change(from: CellState.live, to: CellState.released, link: sideID) {
        guard Holding.hasEnded(cell) else { return false }
      }
      return true
    }

    private static func putBack(_ first: UInt32, _ second: UInt32, _ thread: ThreadState) -> UInt? {
      unsafe CellArena.putBack(first, thread)
      unsafe CellArena.putBack(second, thread)
      return nil
    }

    /// Resizes by the allocator below: in place, or by moving pages.
    private static func resize(
      _ thread: ThreadState, _ cell: Cell, _ byteCount: UInt, _ call: UInt32
    ) -> UInt? {
      guard byteCount < BlockLayout.byteCountLimit else { return nil }
      let operation = unsafe ThreadList.nextOperation(thread)
      let family = call & UInt32(ZMALLOC_CALL_FAMILY)
      let stack = unsafe StackDepot.intern(thread)
      if unsafe switches.pointee.faults_armed & FaultPoints.inForce != 0,
        unsafe FaultPoints.fails(thread, byteCount, operation, call, stack)
      {
        return nil
      }
      let newID = unsafe CellArena.take(thread)
      let sideID = unsafe CellArena.take(thread)
      guard newID != 0, sideID != 0 else {
        if newID != 0 { unsafe CellArena.putBack(newID, thread) }
        return nil
      }
      let old = (address: cell.address, byteCount: cell.byteCount, base: cell.base)
      let layout = BlockLayout(byteCount: byteCount, alignmentLog2: 4)
      // Complete before anybody finds it.
      let time = unsafe zmalloc_coarse_time() &- state.pointee.startCoarse
      let side = SideCell(id: sideID)
      side.write(
        operation: operation, time: time, stack: stack, thread: unsafe thread.pointee.number,
        flags: 0)
      // Another thread's free of this block fails from here on; a failure below puts the state
      // back.
      guard retract(cell, sideID) else { return unsafe putBack(newID, sideID, thread) }
      guard let base = Below.reallocate(old.base, layout.totalByteCount) else {
        cell.setState(CellState.live, link: 0)
        return unsafe putBack(newID, sideID, thread)
      }
      Quarantine.rememberMoved(cell, side)
      let block = NewBlock(
        address: base + layout.prefixDistance, byteCount: byteCount, alignmentLog2: 4,
        family: UInt8(truncatingIfNeeded: family), thread: unsafe thread.pointee.number_in_records,
        faultBefore: FaultLog.last, operation: operation, stack: stack)
      publish(block, Cell(id: newID), layout)
      if byteCount > old.byteCount, unsafe state.pointee.junk != 0 {
        Junk.fill(block.address + old.byteCount, byteCount - old.byteCount)
      }
      unsafe thread.pointee.newest = newID
      unsafe thread.pointee.allocations += 1
      unsafe thread.pointee.frees += 1
      unsafe ThreadList.count(thread, bytes: Int64(byteCount) - Int64(old.byteCount))
      return block.address
    }
  }
#endif
