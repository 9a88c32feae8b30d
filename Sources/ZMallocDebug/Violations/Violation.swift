// A heap mistake that was caught: the entry of the recording, the first line, and what happens
// then. Whoever notices a mistake calls one of the functions here; they return only when the layer
// is told to go on.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// What was seen of a damaged canary: the report comes when nobody waits for the block any more.
  struct Evidence {
    let entry: ViolationEntry
    let observation: ObservationEntry
  }

  /// Violations, from the evidence to the report.
  @safe
  enum Violation {
    /// A damaged canary of a block that is in use.
    @inline(never)
    static func canary(
      _ thread: ThreadState, _ cell: Cell, _ damage: CanaryDamage, _ call: UInt32, atEnd: Bool
    ) {
      unsafe tell(thread, evidence(thread, cell, damage, call, atEnd: atEnd))
    }

    /// Reports what was seen of a damaged canary.
    static func tell(_ thread: ThreadState, _ seen: Evidence) {
      unsafe report(thread, seen.entry, seen.observation)
    }

    /// What there is to see of a damaged canary.
    static func evidence(
      _ thread: ThreadState, _ cell: Cell, _ damage: CanaryDamage, _ call: UInt32, atEnd: Bool
    ) -> Evidence {
      var entry = unsafe about(cell, thread, call)
      let isOverflow = damage.first >= cell.end
      entry.kind = (isOverflow ? ViolationKind.overflow : .underflow).rawValue
      describe(damage, cell, &entry)
      if isOverflow { Extent.follow(damage, cell, &entry) }
      entry.foundAtEnd = atEnd ? 1 : 0
      return Evidence(entry: entry, observation: Observation.ofDamage(cell, damage, entry))
    }

    /// Bytes of a freed block that changed.
    static func writeAfterFree(
      _ thread: ThreadState, _ cell: Cell, _ side: SideCell, _ damage: CanaryDamage, atEnd: Bool
    ) {
      var entry = unsafe about(cell, thread, 0)
      entry.kind = ViolationKind.writeAfterFree.rawValue
      entry.knowledge = BlockKnowledge.quarantined.rawValue
      entry.freed = moment(side)
      describe(damage, cell, &entry)
      entry.foundAtEnd = atEnd ? 1 : 0
      unsafe report(thread, entry, Observation.since(entry.freed, entry))
    }

    /// An access to a freed block that faulted.
    static func useAfterFree(
      _ thread: ThreadState, _ cell: Cell, _ side: SideCell, at address: UInt, _ access: UInt32
    ) {
      var entry = unsafe about(cell, thread, 0)
      entry.kind = ViolationKind.useAfterFree.rawValue
      entry.knowledge = BlockKnowledge.quarantined.rawValue
      entry.freed = moment(side)
      entry.pointer = UInt64(address)
      entry.distance = Int64(address) - Int64(cell.address)
      entry.access = UInt8(truncatingIfNeeded: access)
      if cell.state == CellState.released { entry.knowledge = BlockKnowledge.released.rawValue }
      unsafe report(thread, entry)
    }

    /// An access beside a block in use that faulted at its guard page.
    static func outOfBounds(
      _ thread: ThreadState, _ cell: Cell, at address: UInt, _ access: UInt32
    ) {
      var entry = unsafe about(cell, thread, 0)
      let isUnderflow = address < cell.address
      entry.kind = (isUnderflow ? ViolationKind.underflow : ViolationKind.overflow).rawValue
      entry.pointer = UInt64(address)
      entry.distance = Int64(address) - Int64(cell.address)
      entry.access = UInt8(truncatingIfNeeded: access)
      unsafe report(thread, entry)
    }

    /// A size given back that is not the block's.
    static func sizeMismatch(
      _ thread: ThreadState, _ cell: Cell, claimed: UInt, _ call: UInt32
    ) {
      var entry = unsafe about(cell, thread, call)
      entry.kind = ViolationKind.sizeMismatch.rawValue
      entry.changedByteCount = UInt64(claimed)
      unsafe report(thread, entry)
    }

    /// A block given back to another family's function.
    static func familyMismatch(_ thread: ThreadState, _ cell: Cell, _ call: UInt32) {
      var entry = unsafe about(cell, thread, call)
      entry.kind = ViolationKind.familyMismatch.rawValue
      entry.isRealloc = call & UInt32(ZMALLOC_CALL_REALLOC) != 0 ? 1 : 0
      unsafe report(thread, entry)
    }

    /// A pointer that is no live block's start.
    static func badPointer(
      _ thread: ThreadState, _ address: UInt, _ finding: Finding, _ call: UInt32, isRealloc: Bool
    ) {
      guard finding.cell != 0 else {
        var entry = ViolationEntry()
        entry.kind = ViolationKind.invalidFree.rawValue
        entry.family = UInt8(truncatingIfNeeded: call)
        entry.pointer = UInt64(address)
        entry.isRealloc = isRealloc ? 1 : 0
        entry.noticed = unsafe now(thread)
        return unsafe report(thread, entry)
      }
      let cell = Cell(id: finding.cell)
      var entry = unsafe about(cell, thread, call)
      entry.knowledge = finding.knowledge.rawValue
      entry.isRealloc = isRealloc ? 1 : 0
      entry.pointer = UInt64(address)
      entry.distance = Int64(address) - Int64(cell.address)
      if cell.state != CellState.live { entry.freed = moment(SideCell(id: cell.link)) }
      let kind: ViolationKind =
        finding.knowledge == .interior
        ? .interiorFree : isRealloc ? .reallocAfterFree : .doubleFree
      entry.kind = kind.rawValue
      unsafe report(thread, entry, earlier: life(finding.earlier))
    }

    /// What a released record says of the block that was at an address before.
    private static func life(_ id: UInt32) -> EarlierLifeEntry {
      var life = EarlierLifeEntry()
      guard id != 0 else { return life }
      let cell = Cell(id: id)
      life.byteCount = UInt64(cell.byteCount)
      life.allocated = allocation(cell)
      life.freed = moment(SideCell(id: cell.link))
      return life
    }

    private static func allocation(_ cell: Cell) -> MomentEntry {
      var moment = MomentEntry()
      moment.stack = cell.stack
      moment.thread = cell.thread
      moment.operation = cell.operation
      return moment
    }

    private static func about(
      _ cell: Cell, _ thread: ThreadState, _ call: UInt32
    ) -> ViolationEntry {
      var entry = ViolationEntry()
      entry.knowledge = BlockKnowledge.live.rawValue
      entry.family = UInt8(truncatingIfNeeded: call)
      entry.pointer = UInt64(cell.address)
      entry.blockAddress = UInt64(cell.address)
      entry.blockByteCount = UInt64(cell.byteCount)
      entry.blockFamily = cell.family
      entry.allocated = allocation(cell)
      entry.noticed = unsafe now(thread)
      Neighbours.describe(cell, &entry)
      return entry
    }

    /// This moment, by the stack that was captured.
    static func now(_ thread: ThreadState) -> MomentEntry {
      var moment = MomentEntry()
      moment.stack = unsafe StackDepot.intern(thread)
      moment.thread = unsafe thread.pointee.number
      // A sweep stands before an operation, whose number it bears; other threads go on meanwhile.
      let sweeper = unsafe zmalloc_load32(&state.pointee.isSweeping)
      moment.operation =
        unsafe sweeper == thread.pointee.number
        ? state.pointee.sweepOperation : zmalloc_load64(&state.pointee.operations)
      moment.time = unsafe zmalloc_coarse_time() &- state.pointee.startCoarse
      return moment
    }

    private static func moment(_ side: SideCell) -> MomentEntry {
      var moment = MomentEntry()
      moment.stack = side.stack
      moment.thread = side.thread
      moment.operation = side.operation
      moment.time = side.time
      return moment
    }

    /// What should stand there and what does: from the first changed byte on, at most 32.
    private static func describe(
      _ damage: CanaryDamage, _ cell: Cell, _ entry: inout ViolationEntry
    ) {
      entry.distance = Int64(damage.first) - Int64(cell.address)
      entry.changedByteCount = UInt64(damage.end - damage.first)
      entry.evidenceAddress = UInt64(damage.first)
      let count = min(32, damage.end - damage.first)
      entry.evidenceByteCount = UInt8(count)
      for offset in 0..<count {
        let place = (damage.first + offset - damage.canaryStart) & 7
        let byte = UInt8(truncatingIfNeeded: damage.expected >> UInt64(place * 8))
        entry.expected.set(Int(offset), byte)
        entry.found.set(Int(offset), Memory.load8(damage.first + offset))
      }
    }

    /// Writes the entry down, prints the first line, and ends the program unless told to go on.
    ///
    /// What came before by the same stacks is counted only.
    private static func report(
      _ thread: ThreadState, _ draft: ViolationEntry, _ observation: ObservationEntry = .init(),
      earlier: EarlierLifeEntry = .init()
    ) {
      var entry = draft
      entry.faultBefore = FaultLog.last
      if unsafe ScopeViolations.take(thread, entry) { return }
      let isLast = unsafe state.pointee.continues == 0 && entry.foundAtEnd == 0
      // The program ends by one report: a second thread that finds the same mistake waits for that.
      if isLast { unsafe LastReport.begin(thread.pointee.kernel_id) }
      let isNew = ViolationLog.add(entry, observation, earlier)
      Campaign.noteViolation(entry)
      if isNew || isLast {
        var line = Line()
        entry.writeFirstLine(to: &line)
        line.print()
        unsafe _ = zmalloc_add32(&state.pointee.toldViolationCount, 1)
      }
      guard isLast else { return }
      unsafe zmalloc_store32(&state.pointee.crashRecorded, End.byViolation)
      Recorder.record(.violation)
      zmalloc_set_guard(0)
      zmalloc_abort()
    }
  }

  extension Bytes32 {
    /// Sets one of the 32 bytes.
    mutating func set(_ index: Int, _ byte: UInt8) {
      let bits = UInt64(byte) << UInt64((index & 7) * 8)
      switch index >> 3 {
      case 0: word0 |= bits
      case 1: word1 |= bits
      case 2: word2 |= bits
      default: word3 |= bits
      }
    }
  }
#endif
