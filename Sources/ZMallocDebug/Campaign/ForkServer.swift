// The fork server: the program, loaded and not yet begun, waits before main and gives a copy of
// itself for each run that a campaign asks for. The copies are children of the command, not of the
// server, and look to themselves like a program that was started. A copy may be told to go on to an
// allocation and to give copies of itself there: a rung.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// The constructor's last step: returns at once without a server, else in each copy.
  @c @implementation
  func zmalloc_layer_serve() {
    guard unsafe state.pointee.serves != 0, unsafe state.pointee.campaignPage != 0 else { return }
    ForkServer.start()
  }

  /// The fork server.
  @safe
  enum ForkServer {
    /// What a message may hold: words for the options, `fail=…` among them.
    private static let messageCapacity: UInt = 1024
    /// Said instead of a process's id: threads are running, and a copy would not have them.
    private static let refusal: Int32 = -1

    static func start() {
      zmalloc_keep_modules()
      zmalloc_inherit_code()
      zmalloc_note_offsets()
      zmalloc_note_streams()
      zmalloc_note_processors()
      serve(keepsThreadID: false)
    }

    /// Gives copies of this process, as long as the command asks; returns in each of them.
    ///
    /// - Parameter keepsThreadID: As of `zmalloc_clone_process`.
    static func serve(keepsThreadID: Bool) {
      let socket = unsafe state.pointee.campaignSocket
      // Where the options end, each message begins anew.
      let end = LayerStorage.optionsText + RecordFile.byteCount(LayerStorage.optionsText)
      let room = min(
        messageCapacity, LayerStorage.optionsText + LayerStorage.optionsCapacity - end - 2)
      while true {
        var passed: Int32 = -1
        let got = unsafe zmalloc_receive(socket, Memory.pointer(end + 1), Int(room), &passed)
        // The command has ended, or wants no more.
        guard got > 0 else { zmalloc_exit_now(0) }
        var answer = zmalloc_thread_count() > 1 ? refusal : zmalloc_clone_process(keepsThreadID)
        if answer == 0 {
          takeSocket(passed)
          begin(end, UInt(got))
          return
        }
        if passed >= 0 { zmalloc_close(passed) }
        if answer < -1 { answer = refusal }
        unsafe _ = zmalloc_send(socket, &answer, 4)
      }
    }

    /// A rung has a socket of its own in the place of its server's; others have none.
    private static func takeSocket(_ passed: Int32) {
      let socket = unsafe state.pointee.campaignSocket
      guard passed >= 0 else { return zmalloc_close(socket) }
      zmalloc_move_descriptor(passed, socket)
    }

    /// Makes a copy the run that the message asks for.
    private static func begin(_ end: UInt, _ byteCount: UInt) {
      unsafe state.pointee.serves = 0
      unsafe state.pointee.isRung = 0
      unsafe state.pointee.ticket = 0
      unsafe state.pointee.plan = FaultPlan()
      unsafe switches.pointee.lends_unwinder = 0
      zmalloc_leave_group()
      zmalloc_end_with_parent()
      Start.renewIdentity()
      // One byte at least is there: a comma for no words.
      Memory.store8(end, 0x2C)
      Memory.store8(end + 1 + byteCount, 0)
      _ = Options.add(Word(start: end + 1, end: end + 1 + byteCount))
      if unsafe switches.pointee.is_lean == 0 { SiteTable.renewMatches() }
      _ = FaultPoints.arm()
      // What it shares with the run before it is that run's until now.
      Campaign.waitForGate()
      zmalloc_use_noted_processors()
      unsafe state.pointee.startTime = zmalloc_wall_time()
      unsafe state.pointee.startFine = zmalloc_fine_time()
      unsafe state.pointee.startCoarse = zmalloc_coarse_time()
      Campaign.begin()
      if unsafe state.pointee.recordsAlways != 0 { Start.withGuard { RecordFile.openDirectory() } }
    }

    /// Stands at a point as a server, where a fresh copy would be no other than one of this
    /// process: nothing that outlives a process was done on the way, but for what a copy or the
    /// command can do again (files that are read, what was printed).
    ///
    /// - Returns: In each copy whether the point fails there.
    static func stand(at point: FaultPoint) -> Bool {
      let saved = zmalloc_errno()
      defer { zmalloc_set_errno(saved) }
      let isBound =
        Splitter.obstacle() != nil || zmalloc_has_children() || !zmalloc_files_can_be_renewed()
      var answer = isBound ? refusal : 0
      zmalloc_note_processors()
      guard unsafe zmalloc_send(state.pointee.campaignSocket, &answer, 4), !isBound else {
        zmalloc_exit_now(0)
      }
      serve(keepsThreadID: true)
      // Without its files the copy is of no use; a run from the start takes its place.
      guard zmalloc_renew_files() else { zmalloc_exit_now(0) }
      // The plan is another now, and this point is its first.
      unsafe state.pointee.nextFault = state.pointee.plan.next(after: point.number - 1)
      return FaultPoints.decide(point)
    }
  }
#endif
