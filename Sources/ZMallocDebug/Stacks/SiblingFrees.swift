// Where the other blocks of a site were freed: for each stack that allocates, the stacks that free
// its blocks, with counts. A leak is told with it: "412 other blocks from this site were freed at
// db.c:88".
//
// A block is counted when it leaves the quarantine, where its thread holds the lock of the cells:
// no counter is shared beyond that. What is in quarantine is counted when a recording is written.
// So the counts are exact, but for blocks that other threads free while it is written. A realloc
// that moves a block is no free.
//
//   node of the allocation stack: freeStack:u32 freeCount:u32   the stack that was seen first:
//                                                               most sites have no other
//   table of the others: allocation:u32 free:u32 count:u64      open addressing, three quarters
//                                                               full at most
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// The frees of each site.
  @safe
  enum SiblingFrees {
    private static let capacity: UInt = 1 << 14
    private static let limit: UInt32 = 3 << 12
    private static let stride = UInt(MemoryLayout<SiblingEntry>.size)

    /// Counts one block.
    ///
    /// The lock of the cells is held.
    @inline(__always)
    static func count(allocated: UInt32, freed: UInt32) {
      guard allocated != 0 else { return }
      let node = StackDepot.address(of: allocated)
      let first = Memory.load32(node + 24)
      guard first == freed else { return countAnother(node, first, allocated, freed) }
      // It stays at its most; that a stack is none costs no look at it here.
      let (count, isTooMany) = Memory.load32(node + 28).addingReportingOverflow(1)
      if !isTooMany { Memory.store32(node + 28, count) }
    }

    private static func countAnother(
      _ node: UInt, _ first: UInt32, _ allocated: UInt32, _ freed: UInt32
    ) {
      if freed == 0 { return }
      if first == 0 {
        Memory.store32(node + 28, 1)
        return Memory.store32(node + 24, freed)
      }
      if unsafe state.pointee.siblings == 0 {
        unsafe state.pointee.siblings = Memory.map(capacity * stride) ?? 0
      }
      let base = unsafe state.pointee.siblings
      guard base != 0 else { return drop() }
      let pair = UInt64(allocated) | UInt64(freed) << 32
      var slot = UInt(truncatingIfNeeded: (pair &* 0x9E37_79B9_7F4A_7C15) >> 50)
      while true {
        let at = base + slot * stride
        let known = Memory.load64(at)
        if known == pair { return Memory.store64(at + 8, Memory.load64(at + 8) + 1) }
        if known == 0 {
          guard unsafe state.pointee.siblingCount < limit else { return drop() }
          unsafe state.pointee.siblingCount += 1
          Memory.store64(at + 8, 1)
          return Memory.store64(at, pair)
        }
        slot = (slot + 1) & (capacity - 1)
      }
    }

    private static func drop() { unsafe state.pointee.siblingsDropped += 1 }

    /// Writes the section `siblings`: the frees of the sites whose stacks are marked as a leak's.
    ///
    /// A pair may stand there twice: its counts add up.
    static func write(_ writer: inout RecordingWriter) {
      writer.begin(.siblings, entryByteCount: Int(stride))
      StackDepot.forEachID { id in
        guard StackDepot.isMarkedAsLeak(id) else { return }
        let node = StackDepot.address(of: id)
        add(id, Memory.load32(node + 24), UInt64(Memory.load32(node + 28)), &writer)
      }
      let base = unsafe state.pointee.siblings
      if base != 0 {
        for slot in 0..<capacity {
          let at = base + slot * stride
          guard StackDepot.isMarkedAsLeak(Memory.load32(at)) else { continue }
          add(Memory.load32(at), Memory.load32(at + 4), Memory.load64(at + 8), &writer)
        }
      }
      addWaiting(&writer)
      writer.end()
    }

    /// Those in quarantine, one by one but for runs of the same pair.
    private static func addWaiting(_ writer: inout RecordingWriter) {
      var last: (allocated: UInt32, freed: UInt32, count: UInt64) = (0, 0, 0)
      for id in 1..<max(1, unsafe state.pointee.nextCell) {
        let cell = Cell(id: id)
        guard cell.state == CellState.quarantined, StackDepot.isMarkedAsLeak(cell.stack) else {
          continue
        }
        let side = SideCell(id: cell.link)
        guard side.flags & SideCell.moved == 0 else { continue }
        if cell.stack != last.allocated || side.stack != last.freed {
          add(last.allocated, last.freed, last.count, &writer)
          last = (cell.stack, side.stack, 0)
        }
        last.count += 1
      }
      add(last.allocated, last.freed, last.count, &writer)
    }

    private static func add(
      _ allocated: UInt32, _ freed: UInt32, _ count: UInt64, _ writer: inout RecordingWriter
    ) {
      guard allocated != 0, freed != 0, count > 0 else { return }
      var entry = SiblingEntry()
      entry.allocationStack = allocated
      entry.freeStack = freed
      entry.blockCount = count
      StackDepot.mark(freed)
      writer.add(entry)
    }
  }
#endif
