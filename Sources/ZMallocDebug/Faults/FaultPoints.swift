// The question that every allocation asks while a plan is in force: does this one fail? The answer
// is no after one count and two comparisons, unless the number or the stack says to look closer.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// The points of the process.
  @safe
  enum FaultPoints {
    /// In `faults_armed`: a plan, or a scope that may have one.
    static let inForce: UInt32 = 1 | FaultScopes.scopesExist

    /// Counts a point and says whether it fails.
    ///
    /// - Parameters:
    ///   - thread: The calling thread, its stack captured.
    ///   - byteCount: The bytes asked for; 0 is no point.
    ///   - operation: The operation's number.
    ///   - call: The call, family and flags.
    ///   - stack: The id of its stack.
    /// - Returns: Whether the allocation is to fail.
    @inline(__always)
    static func fails(
      _ thread: ThreadState, _ byteCount: UInt, _ operation: UInt64, _ call: UInt32,
      _ stack: UInt32
    ) -> Bool {
      // Families and suspension are one comparison: a suspended thread asks for what no call has.
      let wanted = unsafe thread.pointee.fault_mask
      guard call & wanted == wanted, byteCount > 0 else { return false }
      if unsafe switches.pointee.faults_armed & FaultScopes.scopesExist != 0 {
        let scope = unsafe FaultScopes.current(thread)
        if scope != 0,
          let fails = unsafe failsInScope(scope, thread, byteCount, operation, call, stack)
        {
          return fails
        }
        if unsafe switches.pointee.faults_armed & 1 == 0 { return false }
      }
      // Before the count: a bound that was set for a later point is seen only by points after that.
      let next = unsafe zmalloc_load64(&state.pointee.nextFault)
      let number = unsafe zmalloc_add64(&state.pointee.faultPoints, 1) &+ 1
      if unsafe number < next
        && StackDepot.faultWord(StackDepot.address(of: stack)) == state.pointee.quietWord
      {
        return false
      }
      return unsafe looksCloser(thread, byteCount, operation, call, stack, number)
    }

    @inline(never)
    private static func looksCloser(
      _ thread: ThreadState, _ byteCount: UInt, _ operation: UInt64, _ call: UInt32,
      _ stack: UInt32, _ number: UInt64
    ) -> Bool {
      var point = FaultPoint(number: number, byteCount: UInt64(byteCount))
      if unsafe state.pointee.watchesSites != 0 { SiteTable.note(&point, stack: stack) }
      var fails = decide(point)
      if fails, unsafe state.pointee.isRung != 0 { fails = ForkServer.stand(at: point) }
      if !fails, point.isFirst, unsafe state.pointee.splits != 0 {
        fails = Splitter.split(point)
      }
      guard fails else { return false }
      unsafe FaultLog.add(thread, point, operation, call, stack)
      return true
    }

    /// Nil when no scope decides.
    @inline(never)
    private static func failsInScope(
      _ scope: UInt32, _ thread: ThreadState, _ byteCount: UInt, _ operation: UInt64,
      _ call: UInt32, _ stack: UInt32
    ) -> Bool? {
      var point = FaultPoint(number: 0, byteCount: UInt64(byteCount))
      guard let decider = FaultScopes.decide(scope, &point, stack: stack) else { return nil }
      guard decider != 0 else { return false }
      FaultScopes.note(unsafe FaultLog.add(thread, point, operation, call, stack), in: decider)
      return true
    }

    /// Whether a point fails by the plan that is in force.
    static func decide(_ point: FaultPoint) -> Bool {
      var world = unsafe FaultWorld(seed: state.pointee.seed, liveByteCount: 0)
      if unsafe state.pointee.plan.looksAtBytes != 0 {
        world.liveByteCount = UInt64(max(0, Totals.now().liveBytes))
      }
      Lock.sites.acquire()
      defer { Lock.sites.release() }
      let (fails, next) = unsafe state.pointee.plan.take(point, world)
      unsafe zmalloc_store64(&state.pointee.nextFault, next)
      return fails
    }

    /// Puts the plan in force: from the next allocation on.
    ///
    /// - Returns: Whether there is memory for what it has to watch.
    static func arm() -> Bool {
      let plan = unsafe state.pointee.plan
      let isTrial = unsafe state.pointee.campaign != 0 && switches.pointee.is_lean == 0
      let watches = plan.looksAtSites != 0 || isTrial
      if watches && !SiteTable.start() { return false }
      unsafe state.pointee.watchesSites = watches ? 1 : 0
      // A site that was seen and matches nothing is quiet; where sites are counted none is.
      unsafe state.pointee.quietWord =
        state.pointee.countsSites != 0 ? .max : watches ? SiteTable.known : 0
      unsafe state.pointee.nextFault = plan.next(after: state.pointee.faultPoints)
      // The family may be another than when this thread got its state.
      if let mine = unsafe zmalloc_current_thread() { unsafe zmalloc_renew_fault_mask(mine) }
      let others = unsafe switches.pointee.faults_armed & (FaultScopes.scopesExist | Guards.chosen)
      unsafe switches.pointee.faults_armed = others | (plan.isArmed || watches ? 1 : 0)
      return true
    }

    /// Whether the next point may be the first that fails: the one whose stack is asked for where
    /// others are not.
    @inline(__always)
    static var nextMayFail: Bool {
      unsafe zmalloc_load64(&state.pointee.faultPoints) &+ 1 >= state.pointee.nextFault
        && state.pointee.faultCount == 0
    }

    /// Takes the plan out of force: nothing is counted any more.
    static func disarm() { unsafe switches.pointee.faults_armed &= Guards.chosen }
  }

  /// The failures that were injected.
  @safe
  enum FaultLog {
    /// Writes a failure down.
    @discardableResult
    static func add(
      _ thread: ThreadState, _ point: FaultPoint, _ operation: UInt64, _ call: UInt32,
      _ stack: UInt32
    ) -> FaultEntry {
      let number = unsafe zmalloc_add32(&state.pointee.faultCount, 1) + 1
      var entry = FaultEntry()
      entry.point = point.number
      entry.byteCount = point.byteCount
      entry.operation = operation
      entry.stack = stack
      entry.thread = unsafe thread.pointee.number
      entry.family = call & UInt32(ZMALLOC_CALL_FAMILY)
      entry.number = number
      entry.site = point.site != 0 ? point.site : SiteKey.of(stack: stack)
      // The first ones stay; the last slot always holds the latest.
      let slot = min(number, LayerStorage.faultLimit) - 1
      let at = LayerStorage.faults + UInt(slot) * UInt(MemoryLayout<FaultEntry>.size)
      unsafe Memory.pointer(at).storeBytes(of: entry, as: FaultEntry.self)
      Campaign.noteFault(entry)
      // The entrance stops at the debugger's breakpoint.
      unsafe thread.pointee.fault_point = point.number
      unsafe thread.pointee.has_fault = 1
      return entry
    }

    /// How many entries the table holds.
    static var keptCount: UInt32 { unsafe min(state.pointee.faultCount, LayerStorage.faultLimit) }

    /// The number of the last failure, 0 for none.
    static var last: UInt32 { unsafe zmalloc_load32(&state.pointee.faultCount) }

    static func entry(_ index: UInt32) -> FaultEntry {
      let at = LayerStorage.faults + UInt(index) * UInt(MemoryLayout<FaultEntry>.size)
      return unsafe Memory.pointer(at).load(as: FaultEntry.self)
    }
  }
#endif
