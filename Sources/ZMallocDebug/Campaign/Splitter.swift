// The engine `split`: where a site is seen for the first time the process doubles. The child's
// allocation fails; the parent goes on as if nothing had been. The command decides how many
// children there are and when, and lends each an output of its own.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// A split child wanted to do what others would see.
  @c @implementation
  func zmalloc_layer_stopped_outside() {
    // Also not in a child that the program forked: it has no page, and traps of its own.
    guard unsafe state.pointee.campaignPage != 0,
      unsafe state.pointee.campaignPage != state.pointee.campaign
    else { return }
    Campaign.noteOutside()
    zmalloc_exit_now(0)
  }

  /// Splits the process.
  @safe
  enum Splitter {
    /// Splits at a point as often as the command wants.
    ///
    /// - Returns: Whether this is a child, whose allocation fails.
    static func split(_ point: FaultPoint) -> Bool {
      let saved = zmalloc_errno()
      defer { zmalloc_set_errno(saved) }
      let socket = unsafe state.pointee.campaignSocket
      var key = point.site
      guard unsafe zmalloc_send(socket, &key, MemoryLayout<UInt64>.size) else { return stop() }
      // Looked for where a child is wanted: at most sites of a part of a campaign none is.
      var isLookedFor = false
      var obstacle: SplitObstacle?
      while true {
        var answer = SplitAnswer()
        var output: Int32 = -1
        let wanted = MemoryLayout<SplitAnswer>.size
        guard unsafe zmalloc_receive(socket, &answer, wanted, &output) == wanted else {
          return stop()
        }
        if answer.mode == SplitMode.goOn.rawValue { return false }
        if !isLookedFor {
          obstacle = self.obstacle()
          zmalloc_note_offsets()
          if obstacle == nil { zmalloc_inherit_code() }
        }
        isLookedFor = true
        var child = obstacle?.rawValue ?? zmalloc_clone_process(true)
        if child == 0 {
          begin(answer, point, output)
          return true
        }
        if output >= 0 { zmalloc_close(output) }
        if child < 0, obstacle == nil { child = SplitObstacle.kernel.rawValue }
        guard unsafe zmalloc_send(socket, &child, 4) else { return stop() }
        if answer.isLast != 0 { return false }
      }
    }

    /// The command is gone, or wants no more.
    private static func stop() -> Bool {
      unsafe state.pointee.splits = 0
      return false
    }

    /// What a copy of this process would not have, or share.
    static func obstacle() -> SplitObstacle? {
      if zmalloc_thread_count() > 1 { return .threads }
      if zmalloc_has_timers() { return .timers }
      // What the command shares with us is no obstacle.
      return MemoryMaps.hasShared ? .sharedMemory : nil
    }

    private static func begin(_ answer: SplitAnswer, _ point: FaultPoint, _ output: Int32) {
      zmalloc_close(unsafe state.pointee.campaignSocket)
      unsafe state.pointee.splits = 0
      unsafe state.pointee.watchesSites = 0
      // The stack of the failure has been captured; nobody asks for others.
      unsafe switches.pointee.is_lean = 1
      zmalloc_leave_group()
      zmalloc_end_with_parent()
      Start.renewIdentity()
      Campaign.take(slot: answer.slot)
      if answer.mode == SplitMode.onward.rawValue {
        var plan = FaultPlan()
        _ = plan.add(FaultTerm(kind: .from, first: point.number))
        unsafe state.pointee.plan = plan
        unsafe state.pointee.nextFault = point.number + 1
        unsafe state.pointee.quietWord = 0
        // The words of the stacks are those of before; every point fails by its number.
      } else {
        FaultPoints.disarm()
        unsafe state.pointee.nextFault = .max
      }
      guard zmalloc_isolate_descriptors(output), zmalloc_forbid_effects() else {
        Campaign.noteOutside()
        zmalloc_exit_now(0)
      }
    }
  }
#endif
