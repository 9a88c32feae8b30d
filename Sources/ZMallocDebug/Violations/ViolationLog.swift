// The violations of this process, the neighbours of a damaged block, and the frozen first lines.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// The table of violations; the first ones stay.
  @safe
  enum ViolationLog {
    static func add(_ entry: ViolationEntry) {
      Lock.reports.acquire()
      defer { Lock.reports.release() }
      let index = unsafe state.pointee.violationCount
      unsafe state.pointee.violationCount = index + 1
      guard index < LayerStorage.violationLimit else { return }
      unsafe Memory.pointer(address(index)).storeBytes(of: entry, as: ViolationEntry.self)
    }

    static var keptCount: UInt32 {
      unsafe min(state.pointee.violationCount, LayerStorage.violationLimit)
    }

    static func entry(_ index: UInt32) -> ViolationEntry {
      unsafe Memory.pointer(address(index)).load(as: ViolationEntry.self)
    }

    private static func address(_ index: UInt32) -> UInt {
      LayerStorage.violations + UInt(index) * UInt(MemoryLayout<ViolationEntry>.size)
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
