// The violations of this process, the neighbours of a damaged block, and the frozen first lines.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// The table of violations: the first of each kind by the same stacks, and how often it came.
  @safe
  enum ViolationLog {
    /// Adds a violation, with the block that was at its address before.
    ///
    /// - Returns: Whether it is one that is not there yet.
    static func add(
      _ entry: ViolationEntry, _ observation: ObservationEntry, _ earlier: EarlierLifeEntry
    ) -> Bool {
      Lock.reports.acquire()
      defer { Lock.reports.release() }
      unsafe state.pointee.violationCount &+= 1
      let count = keptCount
      for index in 0..<count {
        var known = self.entry(index)
        guard known.isLike(entry) else { continue }
        known.repeatCount &+= 1
        unsafe Memory.pointer(address(index)).storeBytes(of: known, as: ViolationEntry.self)
        return false
      }
      guard count < LayerStorage.violationLimit else { return false }
      var life = earlier
      life.violation = count
      unsafe Memory.pointer(address(count)).storeBytes(of: entry, as: ViolationEntry.self)
      unsafe Memory.pointer(lifeAddress(count)).storeBytes(of: life, as: EarlierLifeEntry.self)
      var seen = observation
      seen.violation = count
      unsafe Memory.pointer(seenAddress(count)).storeBytes(of: seen, as: ObservationEntry.self)
      unsafe state.pointee.keptViolationCount = count + 1
      return true
    }

    /// What else is known of a violation.
    static func observation(_ index: UInt32) -> ObservationEntry {
      unsafe Memory.pointer(seenAddress(index)).load(as: ObservationEntry.self)
    }

    private static func seenAddress(_ index: UInt32) -> UInt {
      LayerStorage.observations + UInt(index) * UInt(MemoryLayout<ObservationEntry>.size)
    }

    static var keptCount: UInt32 { unsafe state.pointee.keptViolationCount }

    /// The block before; nil when none is known.
    static func earlierLife(_ index: UInt32) -> EarlierLifeEntry? {
      let life = unsafe Memory.pointer(lifeAddress(index)).load(as: EarlierLifeEntry.self)
      return life.freed.operation == 0 ? nil : life
    }

    private static func lifeAddress(_ index: UInt32) -> UInt {
      LayerStorage.earlierLives + UInt(index) * UInt(MemoryLayout<EarlierLifeEntry>.size)
    }

    static func entry(_ index: UInt32) -> ViolationEntry {
      unsafe Memory.pointer(address(index)).load(as: ViolationEntry.self)
    }

    private static func address(_ index: UInt32) -> UInt {
      LayerStorage.violations + UInt(index) * UInt(MemoryLayout<ViolationEntry>.size)
    }
  }

  extension ViolationEntry {
    /// Whether it is the same mistake again: of one kind, by the same stacks.
    fileprivate func isLike(_ other: ViolationEntry) -> Bool {
      kind == other.kind && family == other.family && blockFamily == other.blockFamily
        && foundAtEnd == other.foundAtEnd && allocated.stack == other.allocated.stack
        && freed.stack == other.freed.stack && noticed.stack == other.noticed.stack
    }
  }

  /// The blocks next to a block.
  @safe
  enum Neighbours {
    /// Only a block whose end or start is this close counts as a neighbour.
    static let reach: UInt = 4096

    static func describe(_ cell: Cell, _ entry: inout ViolationEntry) {
      var below: UInt32 = 0
      var above: UInt32 = 0
      for id in 1..<max(1, unsafe state.pointee.nextCell) {
        let other = Cell(id: id)
        let isBlock = other.state == CellState.live || other.state == CellState.quarantined
        guard isBlock, id != cell.id, UInt32(other.family) != LiveBlocks.internalFamily else {
          continue
        }
        if other.address < cell.address, cell.address &- other.end < reach,
          below == 0 || other.address > Cell(id: below).address
        {
          below = id
        }
        if other.address > cell.address, other.address &- cell.end < reach,
          above == 0 || other.address < Cell(id: above).address
        {
          above = id
        }
      }
      if below != 0 { entry.below = neighbour(below) }
      if above != 0 { entry.above = neighbour(above) }
    }

    private static func neighbour(_ id: UInt32) -> NeighbourEntry {
      let cell = Cell(id: id)
      var entry = NeighbourEntry()
      entry.address = UInt64(cell.address)
      entry.byteCount = UInt64(cell.byteCount)
      entry.stack = cell.stack
      entry.isFreed = cell.state == CellState.quarantined ? 1 : 0
      return entry
    }
  }
#endif
