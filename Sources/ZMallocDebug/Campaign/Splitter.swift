// The engine `split`: where a site is seen for the first time the process doubles. The child's
// allocation fails; the parent goes on as if nothing had been. The command decides how many
// children there are and when, and lends each an output of its own.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// A split child wanted to do what others would see.
  @c @implementation
  func zmalloc_layer_stopped_outside(_ call: Int32) {
    guard unsafe state.pointee.campaignPage != state.pointee.campaign else { return }
    Campaign.noteOutside(call)
    zmalloc_exit_now(0)
  }

  /// Splits the process.
  @safe
  enum Splitter {
    /// What the parent says at a site: 24 bytes.
    struct Question {
      var key: UInt64
      var point: UInt64
      /// 0, or why the process cannot be split: an ``Obstacle``.
      var obstacle: UInt32
      var reserved: UInt32 = 0
    }

    /// What the command answers: 8 bytes, and with them a descriptor for the child's output.
    struct Answer {
      var mode: UInt32 = 0
      var slot: UInt32 = 0

      static let goOn: UInt32 = 0
      static let once: UInt32 = 1
      static let fromHere: UInt32 = 2
    }

    /// Why a process cannot be split.
    enum Obstacle: UInt32 {
      case none = 0
      case threads = 1
      case timers = 2
      case sharedMemory = 3
    }

    /// Splits at a point as often as the command wants.
    ///
    /// - Returns: Whether this is a child, whose allocation fails.
    static func split(_ thread: ThreadState, _ point: inout FaultPoint) -> Bool {
      let socket = unsafe state.pointee.campaignSocket
      var question = Question(
        key: point.site, point: point.number, obstacle: obstacle().rawValue)
      guard unsafe zmalloc_send(socket, &question, 24) else { return stop() }
      while true {
        var answer = Answer()
        var output: Int32 = -1
        guard unsafe zmalloc_receive(socket, &answer, 8, &output) == 8 else { return stop() }
        if answer.mode == Answer.goOn { return false }
        var child = zmalloc_clone_process(true)
        if child == 0 {
          begin(answer, point, output)
          return true
        }
        if output >= 0 { zmalloc_close(output) }
        // Until the child has files of its own, where it stands in them is where we stand.
        if child > 0 { Campaign.awaitIsolation(slot: answer.slot) }
        guard unsafe zmalloc_send(socket, &child, 4) else { return stop() }
      }
    }

    /// The command is gone, or wants no more.
    private static func stop() -> Bool {
      unsafe state.pointee.splits = 0
      return false
    }

    private static func obstacle() -> Obstacle {
      if zmalloc_thread_count() > 1 { return .threads }
      if zmalloc_has_timers() { return .timers }
      var isShared = false
      MemoryMaps.forEach { map in
        // What the command shares with us is no obstacle.
        if map.isShared && map.isWritable && map.start != (unsafe state.pointee.campaign) {
          isShared = true
        }
        return !isShared
      }
      return isShared ? .sharedMemory : .none
    }

    private static func begin(_ answer: Answer, _ point: FaultPoint, _ output: Int32) {
      zmalloc_close(unsafe state.pointee.campaignSocket)
      unsafe state.pointee.splits = 0
      unsafe state.pointee.watchesSites = 0
      zmalloc_leave_session()
      zmalloc_end_with_parent()
      Start.renewIdentity()
      Campaign.take(slot: answer.slot)
      if answer.mode == Answer.fromHere {
        var plan = FaultPlan()
        _ = plan.add(FaultTerm(kind: .from, first: point.number))
        unsafe state.pointee.plan = plan
        unsafe state.pointee.nextFault = point.number + 1
        unsafe state.pointee.quietWord = 0
        // The words of the stacks are those of before; every point fails by its number.
      } else {
        FaultPoints.disarm()
      }
      let isIsolated = zmalloc_isolate_child(output)
      Campaign.announceIsolation()
      guard isIsolated else {
        Campaign.noteOutside(-1)
        zmalloc_exit_now(0)
      }
    }
  }
#endif
