// LeakSanitizer's functions: blocks that are never lost, regions that are roots, and a search for
// leaks in the middle of the program.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// What a program says of its blocks.
  ///
  /// The guard is held.
  @c @implementation
  func zmalloc_layer_annotate(
    _ thread: UnsafeMutablePointer<zmalloc_thread>?, _ what: UInt32, _ start: UInt,
    _ byte_count: Int
  ) {
    guard let thread = unsafe thread else { return }
    switch Int32(bitPattern: what) {
    case ZMALLOC_ANNOTATION_DISABLE: unsafe LeakAnnotations.disable(thread)
    case ZMALLOC_ANNOTATION_ENABLE: unsafe LeakAnnotations.enable(thread)
    case ZMALLOC_ANNOTATION_IGNORE: LeakAnnotations.ignore(start)
    case ZMALLOC_ANNOTATION_ADD_REGION:
      LeakAnnotations.addRegion(start, UInt(bitPattern: byte_count))
    default: LeakAnnotations.removeRegion(start, UInt(bitPattern: byte_count))
    }
  }

  /// Searches for leaks now.
  ///
  /// - Returns: Whether there are any. With `is_last` the process ends if there are; if there are
  ///   none, nothing is searched for at the end.
  @c @implementation
  func zmalloc_layer_check_leaks(
    _ is_last: Bool, _ registers: UnsafePointer<UInt>?, _ stack_pointer: UInt
  ) -> Bool {
    guard zmalloc_entrance_is_on(), !Start.isBorrowed else { return false }
    // Another check like that one was made, or the program wants none.
    guard unsafe state.pointee.leakCheckWaived != LeakCheckWaiver.byEarlierCheck || !is_last,
      !zmalloc_program_turned_leaks_off()
    else { return false }
    let caller = unsafe CallerState(registers: registers, stackPointer: stack_pointer)
    let status = unsafe state.pointee.leakStatus
    // With `exitcode=0` the program goes on: it has been told.
    let endsProcess = is_last && status != 0
    var hasLeaks = false
    Start.withGuard { hasLeaks = LeakAnnotations.check(caller, records: !endsProcess) }
    if hasLeaks && endsProcess {
      unsafe state.pointee.leakCheckWaived = 0
      zmalloc_exit_now(unsafe zmalloc_layer_process_ends(status, registers, stack_pointer))
    }
    if is_last { unsafe state.pointee.leakCheckWaived = LeakCheckWaiver.byEarlierCheck }
    return hasLeaks
  }

  /// LeakSanitizer's annotations.
  @safe
  enum LeakAnnotations {
    /// From here on what this thread allocates is ignored.
    static func disable(_ thread: ThreadState) {
      unsafe state.pointee.hasIgnored = 1
      unsafe thread.pointee.leaks_disabled += 1
      unsafe thread.pointee.number_in_records |= Cell.ignoredMark
    }

    static func enable(_ thread: ThreadState) {
      guard unsafe thread.pointee.leaks_disabled > 0 else {
        return complain("__lsan_enable without an __lsan_disable before it")
      }
      unsafe thread.pointee.leaks_disabled -= 1
      guard unsafe thread.pointee.leaks_disabled == 0 else { return }
      unsafe thread.pointee.number_in_records &= ~Cell.ignoredMark
    }

    /// Takes a block out of the search: the one that holds this address.
    static func ignore(_ address: UInt) {
      guard let cell = LiveBlocks.find(address) ?? around(address) else { return }
      unsafe state.pointee.hasIgnored = 1
      cell.ignore()
    }

    private static func around(_ address: UInt) -> Cell? {
      for id in 1..<max(1, unsafe state.pointee.nextCell) {
        let cell = Cell(id: id)
        if cell.state == CellState.live, address >= cell.address, address < cell.end { return cell }
      }
      return nil
    }

    static func addRegion(_ start: UInt, _ byteCount: UInt) {
      guard start > 1, byteCount > 0 else { return }
      if !RootRegions.add(start, byteCount) {
        complain("more than 4,096 root regions: __lsan_register_root_region is not obeyed")
      }
    }

    static func removeRegion(_ start: UInt, _ byteCount: UInt) {
      guard start > 1, byteCount > 0 else { return }
      if !RootRegions.remove(start, byteCount) {
        complain("__lsan_unregister_root_region of a region that was not registered")
      }
    }

    private static func complain(_ what: StaticString) {
      var line = Line()
      line.append(what)
      line.print()
    }

    /// Searches now; whether anything is lost.
    static func check(_ caller: CallerState, records: Bool) -> Bool {
      unsafe _ = zmalloc_add32(&state.pointee.quarantineHolds, 1)
      defer { unsafe _ = zmalloc_add32(&state.pointee.quarantineHolds, UInt32.max) }
      guard let leaks = LeakScan.run(caller) else { return false }
      defer { leaks.release() }
      let hasLeaks = leaks.countedCount > 0
      if hasLeaks && records {
        let written = Recorder.record(.request, leaks: leaks)
        End.announce(leaks, written)
      }
      return hasLeaks
    }
  }
#endif
