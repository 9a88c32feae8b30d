// A person asks a running program for something: `zleakcheck snapshot` and `mark` send a signal and
// listen on a socket, whose name says what they want. This is the signal's handler, anywhere in the
// program: it takes no lock that the interrupted thread may hold.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// The handler: who asks, and where the thread stood.
  @c @implementation
  func zmalloc_layer_request(
    _ requester: UInt32, _ registers: UnsafePointer<UInt>?, _ stack_pointer: UInt
  ) {
    guard unsafe switches.pointee.mode == Start.on, !Start.isBorrowed,
      unsafe state.pointee.campaign == 0, unsafe state.pointee.hasEnded == 0
    else { return }
    let caller = unsafe CallerState(registers: registers, stackPointer: stack_pointer)
    if let socket = Request.connect(requester, .snapshot) {
      Snapshot.answer(socket, caller)
    } else if let socket = Request.connect(requester, .mark) {
      Marks.answer(socket)
    } else if let socket = Request.connect(requester, .collect) {
      Snapshot.collect(socket)
    }
  }

  /// What the kinds of requests have in common.
  @safe
  enum Request {
    /// The socket on which a process listens for the answer to a kind of request; nil when it does
    /// not.
    static func connect(_ requester: UInt32, _ kind: RequestKind) -> Int32? {
      let socket = zmalloc_connect(requester, kind.rawValue)
      return socket < 0 ? nil : socket
    }

    /// Whether the interrupted thread stood in the middle of the layer: it may hold a lock, and
    /// whoever asks has to ask again.
    static var isBusy: Bool { zmalloc_guard_value() != 0 }

    /// Answers, with a descriptor when it is not negative, and hangs up.
    static func answer(
      _ socket: Int32, _ code: RequestCode, value: UInt64 = 0, passing descriptor: Int32 = -1
    ) {
      var answer = RequestAnswer()
      answer.code = code.rawValue
      answer.process = zmalloc_process_id()
      answer.value = value
      unsafe _ = zmalloc_answer(
        socket, &answer, MemoryLayout<RequestAnswer>.size, descriptor)
      zmalloc_close(socket)
    }
  }
#endif
