// The start, in two phases. The first malloc reads the configuration and maps the arenas; stacks
// have one frame. The constructor, when libc and the dynamic linker are ready, opens libunwind and
// installs the signal handlers. A fork's child takes the layer over here too.
#if DEBUG_LAYER
  import CZMalloc

  /// Gives the calling thread its state, and starts the layer with the first one.
  ///
  /// - Returns: nil when the layer is off, or has no state left for this thread.
  @c @implementation
  func zmalloc_layer_enter() -> UnsafeMutablePointer<zmalloc_thread>? {
    if unsafe zmalloc_load32(&switches.pointee.mode) == 0 { Start.firstPhase() }
    guard unsafe zmalloc_load32(&switches.pointee.mode) == 2 else { return nil }
    guard let mine = unsafe ThreadList.claim() else { return nil }
    unsafe zmalloc_set_current_thread(mine)
    unsafe zmalloc_watch_thread_end(mine)
    return unsafe mine
  }

  /// The constructor: the second phase.
  @c @implementation
  func zmalloc_layer_start() {
    guard zmalloc_entrance_is_on() else { return }
    Start.secondPhase()
  }

  /// In a child, whichever way it was forked: it owns a copy of everything, and reports only its
  /// own blocks.
  @c @implementation
  func zmalloc_layer_after_fork() {
    Start.takeOver()
  }

  /// Before a fork: nobody else may be in the middle of a change that the child would inherit.
  @c @implementation
  func zmalloc_layer_before_fork() {
    guard unsafe switches.pointee.mode == Start.on else { return }
    UnwinderGate.close()
    Lock.acquireAll()
  }

  /// After a fork, in the parent.
  @c @implementation
  func zmalloc_layer_after_fork_in_parent() {
    guard unsafe switches.pointee.mode == Start.on else { return }
    Lock.releaseAll()
    UnwinderGate.open()
  }

  /// Whether a guard is left over: its holder was left by a longjmp out of a signal handler.
  ///
  /// The stack grows down. A caller above the holder's frame, on the same stack, proves that the
  /// holder is gone. On a signal stack addresses prove nothing.
  @c @implementation
  func zmalloc_layer_guard_is_stale(_ holder: UInt, _ now: UInt) -> Bool {
    now > holder && now - holder < 8 << 20 && !zmalloc_on_signal_stack()
  }

  /// The start of the layer.
  @safe
  enum Start {
    static let off: UInt32 = 1
    static let on: UInt32 = 2

    static func firstPhase() {
      Lock.threads.acquire()
      defer { Lock.threads.release() }
      guard unsafe zmalloc_load32(&switches.pointee.mode) == 0 else { return }
      let isOn = !zmalloc_find_elsewhere() && Options.read()
      if isOn && !prepare() { refuse() }
      unsafe zmalloc_store32(&switches.pointee.mode, isOn ? on : off)
    }

    /// Ends the program: whoever asked for the layer must not take its silence for a finding.
    private static func refuse() -> Never {
      var line = Line()
      line.append("ZMALLOC_DEBUG: no memory for the layer's tables; ")
      line.append("a smaller quarantine or a higher limit of address space may help")
      line.print()
      zmalloc_exit_now(Options.usageStatus)
    }

    private static func prepare() -> Bool {
      unsafe state.pointee.secret = zmalloc_random()
      unsafe state.pointee.startTime = zmalloc_wall_time()
      unsafe state.pointee.startCoarse = zmalloc_coarse_time()
      unsafe state.pointee.startFine = zmalloc_fine_time()
      unsafe state.pointee.processID = zmalloc_process_id()
      unsafe state.pointee.directory = -1
      unsafe state.pointee.nextCell = 1
      guard let epoch = unsafe zmalloc_map_epoch() else { return false }
      unsafe epoch.pointee = state.pointee.processID
      unsafe state.pointee.epochPage = UInt(bitPattern: epoch)
      unsafe switches.pointee.epoch = UnsafePointer(epoch)
      Region.start()
      guard StackDepot.start(), Quarantine.start(), Guards.start() else { return false }
      HeapSweep.start()
      Campaign.start()
      let isArmed = FaultPoints.arm()
      // A constructor that does not look whether it got its memory crashes before ours has run.
      if unsafe switches.pointee.faults_armed != 0 { zmalloc_install_fatal_handlers() }
      return isArmed
    }

    /// Opens what the first malloc could not.
    static func secondPhase() {
      guard unsafe state.pointee.phase == 0 else { return }
      unsafe state.pointee.phase = 1
      let backtrace = unsafe openUnwinder()
      withGuard {
        if let backtrace = unsafe backtrace {
          unsafe warmUp(backtrace)
          unsafe switches.pointee.backtrace = backtrace
        }
        // A process of a campaign needs the folder only where it records.
        if unsafe state.pointee.campaign == 0 || state.pointee.recordsAlways != 0 {
          RecordFile.openDirectory()
        }
        zmalloc_keep_process_folder()
        zmalloc_install_fatal_handlers()
        if let mine = unsafe zmalloc_current_thread() { unsafe zmalloc_lend_signal_stack(mine) }
        if unsafe state.pointee.sweepSignal != 0 {
          unsafe zmalloc_install_sweep_signal(state.pointee.sweepSignal)
        }
        listen()
        ModuleTable.refresh()
        RecordFile.openEarly()
        if unsafe state.pointee.campaign != 0 { zmalloc_hide_from_environment() }
      }
      SanitizerOptions.read()
    }

    /// Takes the signal of requests; no copy of a campaign is asked for anything.
    static func listen() {
      if unsafe state.pointee.campaign == 0 { _ = zmalloc_take_stop_signal() }
    }

    /// Opens libunwind with the guard free: what libc keeps of that call (the state of dlerror) is
    /// recorded and read by the leak scan, and belongs to the layer.
    private static func openUnwinder() -> zmalloc_backtrace? {
      guard let mine = unsafe zmalloc_current_thread() else { return nil }
      unsafe mine.pointee.is_internal = 1
      unsafe zmalloc_renew_fault_mask(mine)
      zmalloc_find_below()
      let backtrace = unsafe zmalloc_open_unwinder()
      unsafe mine.pointee.is_internal = 0
      unsafe zmalloc_renew_fault_mask(mine)
      return unsafe backtrace
    }

    /// The first walk of a thread allocates and takes a third of a millisecond.
    private static func warmUp(_ backtrace: zmalloc_backtrace) {
      guard let mine = unsafe zmalloc_current_thread() else { return }
      unsafe zmalloc_thread_frames(mine).withMemoryRebound(
        to: UnsafeMutableRawPointer?.self, capacity: 16
      ) { frames in
        unsafe _ = backtrace(frames, 16)
      }
    }

    /// Runs with the guard held, as an entrance does.
    static func withGuard(_ body: () -> Void) {
      let before = zmalloc_guard_value()
      var here: UInt = 0
      if before == 0 {
        unsafe withUnsafePointer(to: &here) { zmalloc_set_guard(UInt(bitPattern: $0)) }
      }
      body()
      zmalloc_set_guard(before)
    }

    static func takeOver() {
      guard unsafe state.pointee.epochPage != 0 else { return }
      let epoch = unsafe Memory.word32(state.pointee.epochPage)
      guard unsafe zmalloc_load32(epoch) == 0 else { return }
      World.forget()
      Lock.resetAll()
      UnwinderGate.open()
      Campaign.leave()
      let mine = unsafe zmalloc_current_thread()
      unsafe ThreadList.keepOnly(mine)
      if let mine = unsafe mine { unsafe mine.pointee.kernel_id = zmalloc_thread_id() }
      unsafe state.pointee.processID = zmalloc_process_id()
      unsafe state.pointee.isForkedChild = 1
      unsafe state.pointee.forkOperation = state.pointee.operations
      unsafe state.pointee.violationCount = 0
      unsafe state.pointee.keptViolationCount = 0
      unsafe state.pointee.toldViolationCount = 0
      unsafe state.pointee.sequence = 0
      unsafe state.pointee.isDying = 0
      // Another thread's scan, which does not exist here.
      MemoryMaps.release()
      Scratch.end()
      RecordFile.forgetEarly()
      zmalloc_forget_process_folder()
      unsafe state.pointee.quarantineHolds = 0
      unsafe state.pointee.isSweeping = 0
      unsafe state.pointee.sweepOperation = 0
      unsafe state.pointee.holderCount = 0
      unsafe state.pointee.crashRecorded = 0
      unsafe state.pointee.hasEnded = 0
      if let mine = unsafe mine { unsafe mine.pointee.operation = mine.pointee.operation_end }
      unsafe zmalloc_store32(epoch, state.pointee.processID)
    }

    /// Takes over in a copy of the process that goes on as if it were the process itself.
    static func renewIdentity() {
      unsafe state.pointee.processID = zmalloc_process_id()
      if let mine = unsafe zmalloc_current_thread() {
        unsafe mine.pointee.kernel_id = zmalloc_thread_id()
      }
      unsafe zmalloc_store32(
        Memory.word32(state.pointee.epochPage), state.pointee.processID)
    }

    /// Whether this process shares its memory with the one that started the layer: a vfork's child
    /// must not touch it.
    static var isBorrowed: Bool {
      unsafe state.pointee.processID != zmalloc_process_id()
        && zmalloc_load32(Memory.word32(state.pointee.epochPage)) != 0
    }
  }
#endif
