// The end: the last checks, the leak scan, the recording, the line, the status. And the other end:
// a fatal signal.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// The last hook: after the program's exit handlers and the libraries' destructors, or from
  /// `_exit`.
  ///
  /// - Returns: The status to end with: the given one, or that of the findings.
  @c @implementation
  func zmalloc_layer_process_ends(
    _ status: Int32, _ registers: UnsafePointer<UInt>?, _ stack_pointer: UInt
  ) -> Int32 {
    guard unsafe switches.pointee.mode == Start.on, !Start.isBorrowed else { return status }
    Start.takeOver()
    guard unsafe zmalloc_exchange32(&state.pointee.hasEnded, 1) == 0 else {
      LastReport.waitForOther(LastReport.patienceAtEnd)
      return status
    }
    LastReport.begin(zmalloc_thread_id())
    // The program's own function: it may allocate.
    if unsafe state.pointee.leakMode != LeakMode.off, zmalloc_program_turned_leaks_off() {
      unsafe state.pointee.leakCheckWaived = LeakCheckWaiver.byProgram
    }
    unsafe _ = zmalloc_layer_thread_of_end()
    let caller = unsafe CallerState(registers: registers, stackPointer: stack_pointer)
    var last = status
    Start.withGuard { last = End.finish(status, caller) }
    return last
  }

  /// A thread that ends the process without ever having allocated gets its state now.
  private func zmalloc_layer_thread_of_end() -> ThreadState? {
    if let mine = unsafe zmalloc_current_thread() { return unsafe mine }
    return unsafe zmalloc_layer_enter()
  }

  /// Writes a recording now: on request.
  ///
  /// - Returns: 0, or -1 when it could not be written or the layer is off.
  @c @implementation
  func zmalloc_layer_write_recording(
    _ path: UnsafePointer<CChar>?, _ registers: UnsafePointer<UInt>?, _ stack_pointer: UInt
  ) -> Int32 {
    guard zmalloc_entrance_is_on() else { return -1 }
    var written = false
    let caller = unsafe CallerState(registers: registers, stackPointer: stack_pointer)
    Start.withGuard {
      unsafe _ = zmalloc_add32(&state.pointee.quarantineHolds, 1)
      let leaks = LeakScan.run(caller)
      written = Recorder.record(.request, leaks: leaks, path: UInt(bitPattern: path))
      leaks?.release()
      unsafe _ = zmalloc_add32(&state.pointee.quarantineHolds, UInt32.max)
    }
    return written ? 0 : -1
  }

  /// A fatal signal: the stack of the crash goes into a recording, then the signal goes its way.
  @c @implementation
  func zmalloc_layer_fatal_signal(
    _ fault: UnsafePointer<zmalloc_fault>?
  ) -> Bool {
    guard unsafe switches.pointee.mode == Start.on, !Start.isBorrowed else { return false }
    guard let fault = unsafe fault?.pointee, unsafe state.pointee.leavesCrashes == 0 else {
      return false
    }
    Start.takeOver()
    // A second thread that crashes would end the report of the first.
    let me = zmalloc_thread_id()
    var isMine = !fault.has_handler && LastReport.begin(me)
    if fault.has_handler { LastReport.waitForOther() }
    // A guard page may be met a second time, where the program goes on or catches its faults.
    let isNew = End.isNew(fault.signal, fault.has_handler)
    guard isNew || GuardPool.holds(fault.address) else { return false }
    if fault.has_handler { isMine = LastReport.begin(me) }
    let mine = unsafe zmalloc_current_thread() ?? zmalloc_layer_enter()
    var goesOn = false
    defer { if isMine && (goesOn || fault.has_handler) { LastReport.end(me) } }
    guard let mine = unsafe mine else { return false }
    Start.withGuard {
      unsafe _ = zmalloc_capture_crash(
        mine, switches.pointee.allocation_frames, fault.pc, fault.stack_pointer)
      goesOn = unsafe GuardFault.report(mine, fault.address, fault.access)
      if isNew && !goesOn { unsafe End.record(fault, mine) }
    }
    // Nothing has ended: the next fault is the first again.
    if goesOn && isNew { unsafe zmalloc_store32(&state.pointee.crashRecorded, 0) }
    return goesOn
  }

  /// Where the program stood when it entered the layer.
  @safe
  struct CallerState {
    let registers: UnsafePointer<UInt>?
    let stackPointer: UInt
  }

  /// The last checks.
  @safe
  enum End {
    static let defaultLeakStatus: Int32 = 23
    static let violationStatus: Int32 = 24

    static func finish(_ status: Int32, _ caller: CallerState) -> Int32 {
      unsafe _ = zmalloc_add32(&state.pointee.quarantineHolds, 1)
      checkAll()
      let asksForLeaks = Campaign.asksForLeaks && (unsafe state.pointee.leakCheckWaived == 0)
      let violations = unsafe state.pointee.violationCount
      // Most copies of a campaign need neither a scan nor a recording.
      if unsafe asksForLeaks || state.pointee.recordsAlways != 0 || violations > 0 {
        Scratch.begin()
      }
      let leaks = asksForLeaks ? LeakScan.run(caller) : nil
      let counted = leaks?.countedCount ?? 0
      Campaign.noteEnd(leaks)
      let isWanted = unsafe state.pointee.recordsAlways != 0 || counted > 0 || violations > 0
      if isWanted {
        let written = Recorder.record(.exit, leaks: leaks, status: status)
        announceRepeated(violations, written)
        if let leaks, leaks.countedCount > 0 { announce(leaks, written) }
      }
      leaks?.release()
      Scratch.end()
      guard unsafe state.pointee.keepsStatus == 0 else { return status }
      if violations > 0 { return violationStatus }
      let leakStatus = unsafe state.pointee.leakStatus
      return counted > 0 && leakStatus != 0 ? leakStatus : status
    }

    /// Checks every block that is left: in use or in quarantine.
    private static func checkAll() {
      guard let mine = unsafe zmalloc_current_thread() else { return }
      unsafe mine.pointee.frame_count = 0
      unsafe _ = HeapCheck.run(mine, atEnd: true)
    }

    /// Writes the recording of a crash.
    static func record(_ fault: zmalloc_fault, _ mine: ThreadState) {
      var entry = CrashEntry()
      entry.signal = UInt32(fault.signal)
      entry.code = fault.code
      entry.faultAddress = UInt64(fault.address)
      entry.programCounter = UInt64(fault.pc)
      entry.stack = unsafe StackDepot.intern(mine)
      entry.thread = unsafe mine.pointee.number
      entry.operation = unsafe zmalloc_load64(&state.pointee.operations)
      entry.faultBefore = FaultLog.last
      entry.hasHandler = fault.has_handler ? 1 : 0
      Campaign.noteCrash(entry)
      Recorder.record(.signal, crash: entry)
    }

    /// Whether this signal is to be recorded.
    ///
    /// The first one always is. One that the program's own handler deals with may come a thousand
    /// times in a virtual machine; a different one without a handler is the end after all.
    static func isNew(_ signal: Int32, _ hasHandler: Bool) -> Bool {
      let number = UInt32(signal)
      let seen = unsafe zmalloc_load32(&state.pointee.crashRecorded)
      if seen == byViolation || (seen != 0 && (hasHandler || seen == number)) { return false }
      return unsafe zmalloc_swap32(&state.pointee.crashRecorded, seen, number)
    }

    /// Stands in the place of a signal where a violation has been recorded, which ends in SIGABRT.
    static let byViolation = UInt32.max

    /// The quarantined block whose forbidden pages hold an address.
    static func freedBlock(at address: UInt) -> (Cell, SideCell)? {
      guard address != 0 else { return nil }
      for id in 1..<max(1, unsafe state.pointee.nextCell) {
        let cell = Cell(id: id)
        guard cell.state == CellState.quarantined, address >= cell.address, address < cell.end
        else { continue }
        let side = SideCell(id: cell.link)
        if side.flags & SideCell.forbidden != 0 { return (cell, side) }
      }
      return nil
    }

    /// Where the program went on after mistakes that came again and again.
    private static func announceRepeated(_ count: UInt32, _ wasWritten: Bool) {
      guard unsafe state.pointee.announces != 0 else { return }
      guard unsafe count > state.pointee.toldViolationCount else { return }
      var line = Line()
      line.append(UInt64(count))
      line.append(" heap violations, ")
      unsafe line.append(UInt64(state.pointee.keptViolationCount))
      line.append(" of them different")
      if wasWritten {
        line.append("; zleakcheck report ")
        line.append(string: LayerStorage.lastName)
      }
      line.print()
    }

    /// The line on standard error, where it is wanted.
    static func announce(_ leaks: LeakScan, _ wasWritten: Bool) {
      guard unsafe state.pointee.announces != 0 else { return }
      var line = Line()
      line.append(UInt64(leaks.countedCount))
      line.append(leaks.countedCount == 1 ? " block (" : " blocks (")
      line.append(byteCount: leaks.countedByteCount)
      line.append(") leaked")
      if wasWritten {
        line.append("; zleakcheck report ")
        line.append(string: LayerStorage.lastName)
      }
      line.print()
    }
  }
#endif
