// The failing path of free and realloc: what a pointer is that no live record vouches for. The
// records are searched once, whole; they decide, the memory around the pointer is only a hint.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// What the records know of a pointer.
  struct Finding {
    var knowledge: BlockKnowledge = .none
    var cell: UInt32 = 0
    /// The record of the block that was at the same address before, 0 for none.
    var earlier: UInt32 = 0
  }

  /// Pointers that are no live block's start.
  @safe
  enum Misuse {
    /// Frees a pointer that no live record vouches for, or reports it.
    ///
    /// Never inlined: it would take the registers of the usual free.
    @inline(never)
    static func free(
      _ thread: ThreadState, _ address: UInt, _ expected: UInt, _ call: UInt32
    ) -> UInt {
      if let cell = GuardedBlocks.find(address) {
        return unsafe GuardedBlocks.free(thread, cell, expected, call)
      }
      if let byteCount = Unrecorded.byteCount(address) {
        Unrecorded.free(address, byteCount)
        return byteCount
      }
      let finding = search(address)
      if finding.knowledge == .none && Foreign.isPlausible(address) {
        unsafe _ = zmalloc_add64(&state.pointee.foreignFrees, 1)
        Below.free(address)
        return 0
      }
      guard call & UInt32(ZMALLOC_CALL_REPORTING) != 0 else { return LiveBlocks.again }
      return unsafe report(thread, address, finding, call, isRealloc: false)
    }

    /// Resizes a pointer that no live record vouches for, or reports it.
    static func reallocate(
      _ thread: ThreadState, _ address: UInt, _ byteCount: UInt, _ call: UInt32
    ) -> UInt? {
      if let cell = GuardedBlocks.find(address) {
        return unsafe GuardedBlocks.reallocate(thread, cell, byteCount, call)
      }
      if let old = Unrecorded.byteCount(address) {
        guard let moved = unsafe LiveBlocks.allocate(thread, byteCount, 16, call) else {
          return nil
        }
        Memory.copy(to: moved, from: address, min(old, byteCount))
        Unrecorded.free(address, old)
        return moved
      }
      let finding = search(address)
      if finding.knowledge == .none && Foreign.isPlausible(address) {
        return unsafe adopt(thread, address, byteCount, call)
      }
      unsafe _ = report(thread, address, finding, call, isRealloc: true)
      // Going on: the caller gets a fresh block, the old bytes are not trusted.
      return unsafe LiveBlocks.allocate(thread, byteCount, 16, call)
    }

    /// Moves a block that libc gave out into the layer.
    private static func adopt(
      _ thread: ThreadState, _ address: UInt, _ byteCount: UInt, _ call: UInt32
    ) -> UInt? {
      let old = unsafe UInt(zmalloc_below_usable_size(Memory.pointer(address)))
      guard let moved = unsafe LiveBlocks.allocate(thread, byteCount, 16, call) else { return nil }
      Memory.copy(to: moved, from: address, min(old, byteCount))
      unsafe _ = zmalloc_add64(&state.pointee.foreignFrees, 1)
      Below.free(address)
      return moved
    }

    /// The usable size of a pointer that is no live block; 0 when nobody knows it.
    static func usableByteCount(_ address: UInt) -> Int {
      let finding = search(address)
      if finding.knowledge == .live { return Int(Cell(id: finding.cell).byteCount) }
      guard finding.knowledge == .none, Foreign.isPlausible(address) else { return 0 }
      return unsafe Int(zmalloc_below_usable_size(Memory.pointer(address)))
    }

    private static func report(
      _ thread: ThreadState, _ address: UInt, _ finding: Finding, _ call: UInt32, isRealloc: Bool
    ) -> UInt {
      guard finding.knowledge == .live else {
        unsafe Violation.badPointer(thread, address, finding, call, isRealloc: isRealloc)
        return 0
      }
      // The prefix is damaged, the record is not: an underflow, and going on the block is freed all
      // the same.
      let cell = Cell(id: finding.cell)
      let canary = Canary(address: address, byteCount: cell.byteCount)
      let word = Prefix.word(
        id: cell.id, alignmentLog2: cell.alignmentLog2, kind: Prefix.recorded)
      let damage =
        canary.frontDamage(address) ?? Canary.damage(address - 16, 8, word)
        ?? CanaryDamage(
          first: address - 16, end: address - 8, expected: word, canaryStart: address - 16)
      unsafe Violation.canary(thread, cell, damage, call, atEnd: false)
      Prefix.write(
        before: address, id: cell.id, alignmentLog2: cell.alignmentLog2, kind: Prefix.recorded)
      cell.renewCanaries()
      return isRealloc ? 0 : unsafe LiveBlocks.retire(thread, cell, call) ? cell.byteCount : 0
    }

    /// Searches all records: the block itself first, then its history, then a block around it.
    static func search(_ address: UInt) -> Finding {
      var best = Finding()
      var past = PastLives()
      for id in 1..<max(1, unsafe state.pointee.nextCell) {
        let cell = Cell(id: id)
        switch cell.state {
        case CellState.live where cell.address == address:
          return Finding(knowledge: .live, cell: id)
        case CellState.quarantined where cell.address == address:
          best = Finding(knowledge: .quarantined, cell: id)
        case CellState.released where cell.address == address: past.add(cell)
        case CellState.live, CellState.quarantined:
          let around = cell.layout
          let low = cell.address - BlockLayout.prefixByteCount
          guard best.knowledge == .none, address >= low,
            address < cell.end + around.canaryByteCount
          else { continue }
          best = Finding(knowledge: .interior, cell: id)
        default: continue
        }
      }
      return past.complete(best)
    }
  }

  /// The last two released blocks of one address.
  private struct PastLives {
    private var last: UInt32 = 0
    private var lastFreed: UInt64 = 0
    private var earlier: UInt32 = 0
    private var earlierFreed: UInt64 = 0

    mutating func add(_ cell: Cell) {
      let freed = SideCell(id: cell.link).operation
      if freed >= lastFreed {
        (earlier, earlierFreed) = (last, lastFreed)
        (last, lastFreed) = (cell.id, freed)
      } else if freed >= earlierFreed {
        (earlier, earlierFreed) = (cell.id, freed)
      }
    }

    /// The block itself goes before its history, that before a block around the address.
    func complete(_ best: Finding) -> Finding {
      if best.knowledge == .quarantined {
        return Finding(knowledge: .quarantined, cell: best.cell, earlier: last)
      }
      return last == 0 ? best : Finding(knowledge: .released, cell: last, earlier: earlier)
    }
  }
#endif
