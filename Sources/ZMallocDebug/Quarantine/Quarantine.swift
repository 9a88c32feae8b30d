// The quarantine: freed blocks wait here, spoiled, until newer ones push them out; then they are
// verified and go back to the allocator below. Each thread collects its own and hands them over in
// batches, so that the lock is rare.
//
//   thread's batch --(128 blocks or 64 KiB)--> ring, bounded by bytes --> verified, freed below,
//   remembered
//   record: live -> quarantined -> released (4,096 at most) -> free cell
//
// The ring holds what the way out needs, so that it touches no record before its turn: a list
// through the records would miss the cache at every step (measured: a quarter of lua5.4's time).
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
    /// What a block weighs beside its layout: two cells and its place in the ring.
    static let overhead: UInt64 = 80
    static let leastCharge = 24 + overhead
    private static let entryByteCount = UInt(MemoryLayout<zmalloc_waiting>.size)

    /// Maps the rings.
    ///
    /// Called once, at the start.
    static func start() -> Bool {
      let limit = unsafe state.pointee.quarantineByteLimit
      let capacity = limit / leastCharge + UInt64(batchCount) * 4
      guard let ring = Memory.map(UInt(capacity) * entryByteCount),
        let released = Memory.map(UInt(releasedLimit) * 8)
      else { return false }
      unsafe state.pointee.ring = ring
      unsafe state.pointee.ringCapacity = capacity
      unsafe state.pointee.releasedRing = released
      return true
    }

    /// Takes in a block that was just freed.
    static func add(
      _ thread: ThreadState, _ cell: Cell, _ side: SideCell, _ flags: UInt32, _ stack: UInt32
    ) {
      let charge = UInt64(cell.layout.totalByteCount) + overhead
      let entry = zmalloc_waiting(
        cell: cell.id, side: side.id, charge: UInt32(min(charge, UInt64(UInt32.max))),
        flags: flags | stack << SideCell.flagBitCount)
      // One that the quarantine cannot hold would push everything else out.
      if unsafe charge > state.pointee.quarantineByteLimit && !isHeld {
        return unsafe releaseAtOnce(thread, entry)
      }
      let count = unsafe thread.pointee.waiting_count
      unsafe zmalloc_thread_waiting(thread)[Int(count)] = entry
      unsafe thread.pointee.waiting_count = count + 1
      unsafe thread.pointee.waiting_bytes += charge
      if unsafe count + 1 == batchCount || thread.pointee.waiting_bytes >= batchByteCount {
        unsafe flush(thread)
      }
    }

    private static func releaseAtOnce(_ thread: ThreadState, _ entry: zmalloc_waiting) {
      var alone = entry
      unsafe withUnsafeMutablePointer(to: &alone) { unsafe release(thread, $0, 1) }
      Lock.cells.acquire()
      remember(alone)
      Lock.cells.release()
    }

    /// While the leak scan reads blocks nothing may go back below.
    static var isHeld: Bool { unsafe zmalloc_load32(&state.pointee.quarantineHolds) > 0 }

    /// Hands a thread's batch over, and releases what that pushes out.
    static func flush(_ thread: ThreadState) {
      let count = unsafe thread.pointee.waiting_count
      guard count > 0 else { return }
      guard let batch = unsafe zmalloc_thread_waiting(thread) else { return }
      Lock.cells.acquire()
      for index in 0..<Int(count) { unsafe push(batch[index]) }
      unsafe thread.pointee.waiting_count = 0
      unsafe thread.pointee.waiting_bytes = 0
      while !isHeld {
        // The batch's own place serves for the victims: it is empty now.
        let victims = unsafe pop(into: batch)
        guard victims > 0 else { break }
        Lock.cells.release()
        unsafe release(thread, batch, victims)
        Lock.cells.acquire()
        for index in 0..<victims { unsafe remember(batch[index]) }
      }
      Lock.cells.release()
    }

    /// Visits the freed blocks that wait, while the quarantine is held: they stay where they are.
    ///
    /// Those that a thread takes out or puts in at this moment are left out.
    static func forEachWaiting(_ visit: (Cell, SideCell) -> Void) {
      // What a thread hands over meanwhile is in the ring by the time that its end is read.
      unsafe ThreadList.forEach { thread in
        var index: UInt32 = 0
        while let entry = unsafe waiting(thread, index) {
          Quarantine.visit(entry, visit)
          index += 1
        }
      }
      Lock.cells.acquire()
      var index = unsafe state.pointee.ringHead
      var count = unsafe state.pointee.ringCount
      Lock.cells.release()
      while count > 0 {
        let entry = unsafe Memory.pointer(slot(index)).load(as: zmalloc_waiting.self)
        Quarantine.visit(entry, visit)
        index = after(index)
        count -= 1
      }
    }

    private static func visit(_ entry: zmalloc_waiting, _ visit: (Cell, SideCell) -> Void) {
      let cell = Cell(id: entry.cell)
      // A thread that adds one may not have written it yet.
      guard cell.status == CellState.quarantined | entry.side << 3 else { return }
      visit(cell, SideCell(id: entry.side))
    }

    /// One of the blocks that a thread has not handed over yet.
    private static func waiting(_ thread: ThreadState, _ index: UInt32) -> zmalloc_waiting? {
      Lock.cells.acquire()
      defer { Lock.cells.release() }
      guard unsafe index < thread.pointee.waiting_count else { return nil }
      return unsafe zmalloc_thread_waiting(thread)[Int(index)]
    }

    private static func slot(_ index: UInt64) -> UInt {
      unsafe state.pointee.ring + UInt(index) * entryByteCount
    }

    private static func after(_ index: UInt64) -> UInt64 {
      unsafe index + 1 == state.pointee.ringCapacity ? 0 : index + 1
    }

    /// Adds an entry.
    ///
    /// The lock is held. A full ring, which only a held quarantine can be, forgets it: the block
    /// then stays where it is until the process ends, and weighs nothing.
    private static func push(_ entry: zmalloc_waiting) {
      guard unsafe state.pointee.ringCount < state.pointee.ringCapacity else { return }
      let tail = unsafe state.pointee.ringTail
      unsafe Memory.pointer(slot(tail)).storeBytes(of: entry, as: zmalloc_waiting.self)
      unsafe state.pointee.ringTail = after(tail)
      unsafe state.pointee.ringCount += 1
      unsafe state.pointee.quarantineBytes += UInt64(entry.charge)
    }

    /// Takes the oldest entries until the rest is within the limit, at most a batch.
    ///
    /// The lock is held.
    private static func pop(into batch: UnsafeMutablePointer<zmalloc_waiting>) -> Int {
      let limit = unsafe state.pointee.quarantineByteLimit
      var bytes = unsafe state.pointee.quarantineBytes
      var head = unsafe state.pointee.ringHead
      let most = unsafe Int(min(state.pointee.ringCount, UInt64(batchCount)))
      var count = 0
      while bytes > limit && count < most {
        let entry = unsafe Memory.pointer(slot(head)).load(as: zmalloc_waiting.self)
        unsafe batch[count] = entry
        bytes -= min(bytes, UInt64(entry.charge))
        head = after(head)
        count += 1
      }
      unsafe state.pointee.ringHead = head
      unsafe state.pointee.ringCount -= UInt64(count)
      unsafe state.pointee.quarantineBytes = bytes
      return count
    }

    /// Verifies blocks and gives them back below.
    ///
    /// What the next ones need is on its way meanwhile.
    private static func release(
      _ thread: ThreadState, _ batch: UnsafeMutablePointer<zmalloc_waiting>, _ count: Int
    ) {
      unsafe LateFrees.finish(thread)
      for index in 0..<min(8, count) { unsafe prefetch(CellArena.address(of: batch[index].cell)) }
      for index in 0..<count {
        if index + 8 < count { unsafe prefetch(CellArena.address(of: batch[index + 8].cell)) }
        if index + 4 < count {
          let ahead = Cell(id: unsafe batch[index + 4].cell).address
          prefetch(ahead - 16)
          prefetch(ahead + 48)
        }
        let entry = unsafe batch[index]
        let cell = Cell(id: entry.cell)
        let freed = FreedBlock(cell, entry.flags)
        if let damage = freed.damage {
          unsafe Violation.writeAfterFree(
            thread, cell, SideCell(id: entry.side), damage, atEnd: false)
        }
        freed.permit()
        let isMoved = entry.flags & SideCell.moved != 0
        unsafe batch[index].charge = isMoved ? 0 : cell.stack
        cell.setState(CellState.released, link: entry.side)
        // The next owner of this memory must not find our prefix there.
        Memory.store64(cell.address - 16, 0)
        if unsafe switches.pointee.faults_armed & FaultScopes.scopesExist != 0 {
          ScopeBlocks.remove(cell.address)
        }
        Below.free(cell.base)
      }
    }

    private static func prefetch(_ address: UInt) {
      unsafe zmalloc_prefetch(Memory.pointer(address))
    }

    /// Remembers a released block, and counts it among its site's.
    ///
    /// The lock is held.
    private static func remember(_ entry: zmalloc_waiting) {
      let freed = entry.flags >> SideCell.flagBitCount
      SiblingFrees.count(allocated: entry.charge, freed: freed)
      remember(entry.cell, entry.side)
    }

    /// Remembers a released record and forgets the oldest one.
    ///
    /// The lock is held.
    private static func remember(_ cell: UInt32, _ side: UInt32) {
      let number = unsafe state.pointee.releasedCount
      let at = unsafe state.pointee.releasedRing + UInt(number % releasedLimit) * 8
      if number >= releasedLimit {
        let ahead = unsafe state.pointee.releasedRing + UInt((number + 8) % releasedLimit) * 8
        prefetch(CellArena.address(of: Memory.load32(ahead)))
        prefetch(CellArena.address(of: Memory.load32(ahead + 4)))
        CellArena.pushFree(Memory.load32(at))
        CellArena.pushFree(Memory.load32(at + 4))
      }
      Memory.store32(at, cell)
      Memory.store32(at + 4, side)
      // Wraps to a number that is still "full", and the same place in the ring.
      unsafe state.pointee.releasedCount = number == UInt32.max ? releasedLimit * 2 - 1 : number
      unsafe state.pointee.releasedCount += 1
    }

    /// Remembers a guarded block whose run serves another one, and counts it among its site's.
    static func rememberGuarded(_ cell: Cell, _ side: SideCell) {
      let allocated = side.flags & SideCell.moved == 0 ? cell.stack : 0
      cell.setState(CellState.released, link: side.id)
      Lock.cells.acquire()
      SiblingFrees.count(allocated: allocated, freed: side.stack)
      remember(cell.id, side.id)
      Lock.cells.release()
    }

    /// Remembers a record whose block is gone already: realloc moved it below us.
    static func rememberMoved(_ cell: Cell, _ side: SideCell) {
      cell.setState(CellState.released, link: side.id)
      Lock.cells.acquire()
      remember(cell.id, side.id)
      Lock.cells.release()
    }
  }
#endif
