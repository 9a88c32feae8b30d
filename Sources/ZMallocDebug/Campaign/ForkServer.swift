// The fork server: the program, loaded and not yet begun, waits before main and gives a copy of
// itself for each run that a campaign asks for. The copies are children of the command, not of the
// server, and look to themselves like a program that was started.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// The constructor's last step: returns at once without a server, else in each copy.
  @c @implementation
  func zmalloc_layer_serve() {
    guard unsafe state.pointee.serves != 0, unsafe state.pointee.campaignPage != 0 else { return }
    ForkServer.serve()
  }

  /// The fork server.
  @safe
  enum ForkServer {
    /// What a message may hold: words for the options, `fail=…` among them.
    private static let messageCapacity: UInt = 1024
    /// Said instead of a process's id: threads are running, and a copy would not have them.
    private static let refusal: Int32 = -1

    static func serve() {
      let socket = unsafe state.pointee.campaignSocket
      // Where the options end, each message begins anew.
      let end = LayerStorage.optionsText + RecordFile.byteCount(LayerStorage.optionsText)
      let room = min(
        messageCapacity, LayerStorage.optionsText + LayerStorage.optionsCapacity - end - 2)
      zmalloc_keep_modules()
      while true {
        let got = unsafe zmalloc_receive(socket, Memory.pointer(end + 1), Int(room), nil)
        // The command has ended, or wants no more.
        guard got > 0 else { zmalloc_exit_now(0) }
        var answer = zmalloc_thread_count() > 1 ? refusal : zmalloc_clone_process(false)
        if answer == 0 {
          begin(end, UInt(got))
          return
        }
        if answer < -1 { answer = refusal }
        unsafe _ = zmalloc_send(socket, &answer, 4)
      }
    }

    /// Makes a copy the run that the message asks for.
    private static func begin(_ end: UInt, _ byteCount: UInt) {
      zmalloc_close(unsafe state.pointee.campaignSocket)
      unsafe state.pointee.serves = 0
      unsafe switches.pointee.lends_unwinder = 0
      zmalloc_leave_group()
      zmalloc_end_with_parent()
      Start.renewIdentity()
      unsafe state.pointee.startTime = zmalloc_wall_time()
      unsafe state.pointee.startFine = zmalloc_fine_time()
      unsafe state.pointee.startCoarse = zmalloc_coarse_time()
      Campaign.begin()
      // One byte at least is there: a comma for no words.
      Memory.store8(end, 0x2C)
      Memory.store8(end + 1 + byteCount, 0)
      _ = Options.add(Word(start: end + 1, end: end + 1 + byteCount))
      if unsafe switches.pointee.is_lean == 0 { SiteTable.renewMatches() }
      _ = FaultPoints.arm()
      if unsafe state.pointee.recordsAlways != 0 { Start.withGuard { RecordFile.openDirectory() } }
    }
  }
#endif
