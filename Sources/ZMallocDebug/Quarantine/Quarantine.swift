// The quarantine: freed blocks wait here, filled, until newer ones push them out; then they are verified and go back
// to the allocator below. Each thread collects its own and hands them over in batches, so that the lock is rare.
//
//   thread's list --(128 blocks or 64 KiB)--> global list, bounded by bytes --> verified, freed below
//   record: live -> quarantined -> released (remembered, 4,096 at most) -> free cell
#if DEBUG_LAYER
  import CZMalloc

  /// The quarantine and the memory of what left it.
  @safe
  enum Quarantine {
    static let fillByte: UInt8 = 0xDF
    /// Blocks from this size on lose their pages and their access instead of being filled.
    static let forbiddenFrom: UInt = 65536
    static let batchCount: UInt32 = 128
    static let batchByteCount: UInt64 = 65536
    static let releasedLimit: UInt32 = 4096

    /// Takes in a block that was just freed. Its record says quarantined and links to its side record.
    static func add(_ thread: ThreadState, _ cell: Cell, _ side: SideCell) {
      let charge = UInt64(cell.layout.totalByteCount) + UInt64(Cell.byteCount) * 2
      if unsafe charge > state.pointee.quarantineByteLimit && !isHeld {
        unsafe release(thread, firstVictim: cell.id)
        return
      }
      let tail = unsafe thread.pointee.quarantine_tail
      if tail == 0 {
        unsafe thread.pointee.quarantine_head = cell.id
      } else {
        SideCell(id: Cell(id: tail).link).next = cell.id
      }
      unsafe thread.pointee.quarantine_tail = cell.id
      unsafe thread.pointee.quarantine_count += 1
      unsafe thread.pointee.quarantine_bytes += charge
      if unsafe thread.pointee.quarantine_count >= batchCount
        || thread.pointee.quarantine_bytes >= batchByteCount
      {
        unsafe flush(thread)
      }
    }

    /// While the leak scan reads blocks nothing may go back below.
    static var isHeld: Bool { unsafe zmalloc_load32(&state.pointee.quarantineHolds) > 0 }

    /// Hands a thread's list over, and releases what that pushes out.
    static func flush(_ thread: ThreadState) {
      let head = unsafe thread.pointee.quarantine_head
      guard head != 0 else { return }
      Lock.cells.acquire()
      let tail = unsafe state.pointee.quarantineTail
      if tail == 0 {
        unsafe state.pointee.quarantineHead = head
      } else {
        SideCell(id: Cell(id: tail).link).next = head
      }
      unsafe state.pointee.quarantineTail = thread.pointee.quarantine_tail
      unsafe state.pointee.quarantineBytes += thread.pointee.quarantine_bytes
      let victims = isHeld ? 0 : popVictims()
      Lock.cells.release()
      unsafe thread.pointee.quarantine_head = 0
      unsafe thread.pointee.quarantine_tail = 0
      unsafe thread.pointee.quarantine_count = 0
      unsafe thread.pointee.quarantine_bytes = 0
      if victims != 0 { unsafe release(thread, firstVictim: victims) }
    }

    /// Cuts off the head of the list until the rest is within the limit. The lock is held.
    private static func popVictims() -> UInt32 {
      let first = unsafe state.pointee.quarantineHead
      var bytes = unsafe state.pointee.quarantineBytes
      let limit = unsafe state.pointee.quarantineByteLimit
      var last: UInt32 = 0
      var next = first
      while bytes > limit && next != 0 {
        let cell = Cell(id: next)
        bytes -= UInt64(cell.layout.totalByteCount) + UInt64(Cell.byteCount) * 2
        last = next
        next = SideCell(id: cell.link).next
      }
      guard last != 0 else { return 0 }
      SideCell(id: Cell(id: last).link).next = 0
      unsafe state.pointee.quarantineHead = next
      if next == 0 { unsafe state.pointee.quarantineTail = 0 }
      unsafe state.pointee.quarantineBytes = bytes
      return first
    }

    /// Verifies a chain of blocks, gives them back below, and remembers their records.
    private static func release(_ thread: ThreadState, firstVictim: UInt32) {
      var next = firstVictim
      var last: UInt32 = 0
      var count: UInt32 = 0
      while next != 0 {
        let cell = Cell(id: next)
        let side = SideCell(id: cell.link)
        last = next
        next = side.next
        count += 1
        if let damage = FreedBlock(cell, side).damage {
          unsafe Violation.writeAfterFree(thread, cell, side, damage, atEnd: false)
        }
        FreedBlock(cell, side).permit()
        cell.setState(CellState.released, link: side.id)
        // The next owner of this memory must not find our prefix there.
        Memory.store64(cell.address - 16, 0)
        Below.free(cell.base)
      }
      Lock.cells.acquire()
      remember(firstVictim, last, count)
      Lock.cells.release()
    }

    /// Appends a chain to the released blocks and forgets the oldest. The lock is held.
    private static func remember(_ first: UInt32, _ last: UInt32, _ count: UInt32) {
      let tail = unsafe state.pointee.releasedTail
      if tail == 0 {
        unsafe state.pointee.releasedHead = first
      } else {
        SideCell(id: Cell(id: tail).link).next = first
      }
      unsafe state.pointee.releasedTail = last
      unsafe state.pointee.releasedCount += count
      while unsafe state.pointee.releasedCount > releasedLimit {
        let oldest = Cell(id: unsafe state.pointee.releasedHead)
        let side = oldest.link
        unsafe state.pointee.releasedHead = SideCell(id: side).next
        unsafe state.pointee.releasedCount -= 1
        CellArena.pushFree(side)
        CellArena.pushFree(oldest.id)
      }
    }

    /// Remembers a record whose block is gone already: realloc moved it below us.
    static func rememberMoved(_ cell: Cell, _ side: SideCell) {
      cell.setState(CellState.released, link: side.id)
      Lock.cells.acquire()
      remember(cell.id, cell.id, 1)
      Lock.cells.release()
    }
  }
#endif
