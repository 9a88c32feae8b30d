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

  /// The frozen first lines.
  ///
  /// A change here goes to CHANGELOG.md.
  enum FirstLine {
    static func print(_ entry: ViolationEntry) {
      var line = Line()
      switch ViolationKind(rawValue: entry.kind) {
      case .overflow:
        let gap = UInt64(bitPattern: entry.distance) - entry.blockByteCount
        beside("heap overflow: ", gap, "past the end of ", entry, &line)
      case .underflow:
        let gap = UInt64(bitPattern: -entry.distance) - entry.changedByteCount
        beside("heap underflow: ", gap, "before the start of ", entry, &line)
      case .doubleFree: named("double free of ", entry, &line)
      case .reallocAfterFree: named("realloc of freed ", entry, &line)
      case .writeAfterFree: writeAfterFree(entry, &line)
      case .useAfterFree:
        line.append("use after free: access ")
        place(UInt64(bitPattern: entry.distance), "freed ", entry, &line)
      case .interiorFree: interiorFree(entry, &line)
      case .sizeMismatch:
        named("free of ", entry, &line)
        line.append(" with wrong size ")
        line.append(entry.changedByteCount)
      case .invalidFree, nil:
        line.append("free of pointer ")
        line.append(hex: UInt(entry.pointer))
        line.append(" that the allocator never gave out")
      }
      line.print()
    }

    private static func block(_ entry: ViolationEntry, _ line: inout Line) {
      line.append(entry.blockByteCount)
      line.append("-byte block ")
      line.append(hex: UInt(entry.blockAddress))
    }

    private static func named(
      _ what: StaticString, _ entry: ViolationEntry, _ line: inout Line
    ) {
      line.append(what)
      block(entry, &line)
    }

    /// Bytes beside a block, with the gap between.
    private static func beside(
      _ what: StaticString, _ gap: UInt64, _ side: StaticString, _ entry: ViolationEntry,
      _ line: inout Line
    ) {
      line.append(what)
      line.append(byteCount: entry.changedByteCount)
      line.append(" written ")
      if gap > 0 {
        line.append(byteCount: gap)
        line.append(" ")
      }
      named(side, entry, &line)
    }

    private static func writeAfterFree(_ entry: ViolationEntry, _ line: inout Line) {
      line.append("write after free: ")
      line.append(byteCount: entry.changedByteCount)
      line.append(" written ")
      if entry.distance < 0 {
        line.append(byteCount: UInt64(bitPattern: -entry.distance))
        line.append(" before freed ")
        return block(entry, &line)
      }
      let distance = UInt64(bitPattern: entry.distance)
      if distance >= entry.blockByteCount && entry.blockByteCount > 0 {
        line.append("past the end of freed ")
        return block(entry, &line)
      }
      place(distance, "freed ", entry, &line)
    }

    /// `at the start of freed 64-byte block`, `8 bytes into freed 64-byte block`.
    private static func place(
      _ distance: UInt64, _ adjective: StaticString, _ entry: ViolationEntry, _ line: inout Line
    ) {
      if distance == 0 {
        line.append("at the start of ")
      } else {
        line.append(byteCount: distance)
        line.append(" into ")
      }
      line.append(adjective)
      block(entry, &line)
    }

    private static func interiorFree(_ entry: ViolationEntry, _ line: inout Line) {
      line.append("free of pointer ")
      line.append(hex: UInt(entry.pointer))
      line.append(", ")
      let distance = entry.distance
      let inside = distance >= 0 && UInt64(bitPattern: distance) < entry.blockByteCount
      let past = UInt64(bitPattern: distance) &- entry.blockByteCount
      let bytes = inside ? distance : distance < 0 ? -distance : Int64(bitPattern: past)
      line.append(byteCount: UInt64(bitPattern: bytes))
      line.append(inside ? " inside " : distance < 0 ? " before " : " past the end of ")
      if entry.freed.operation != 0 { line.append("freed ") }
      block(entry, &line)
    }
  }
#endif
