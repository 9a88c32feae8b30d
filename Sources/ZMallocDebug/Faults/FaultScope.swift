// A block of code, or a task, that is watched for itself: what is allocated there is counted, fails
// by a plan of its own if it has one, and what is not freed is known. Scopes nest: each knows the
// one around it, and an allocation belongs to the innermost.
//
//   a scope, 16 KiB: ScopeState, from 1,024 on the text of its plan, from 2,048 on the keys of the
//   sites that it saw, from 4,096 on its heap mistakes, from 8,192 on its failures
//
// Its number is a slot and a generation: a task that outlives its scope finds none, and not the
// next test's.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// What a scope knows.
  struct ScopeState: BitwiseCopyable {
    var plan = FaultPlan()
    /// How many bytes the text of the plan has.
    var planByteCount: UInt64 = 0
    var seed: UInt64 = 0
    var points: UInt64 = 0
    var faults: UInt64 = 0
    var violations: UInt64 = 0
    var isUsed: UInt32 = 0
    var generation: UInt32 = 0
    /// 1 when it says what fails; 0 when that is the business of the scopes around it.
    var decides: UInt32 = 0
    /// 1 when heap mistakes are its own.
    var checksHeap: UInt32 = 0
    /// The scope around it, 0 for none.
    var parent: UInt32 = 0
    /// The scope that was the thread's innermost before.
    var outer: UInt32 = 0
    var siteCount: UInt32 = 0
  }

  /// The scopes.
  @safe
  enum FaultScopes {
    static let limit: UInt32 = 256
    private static let slotBits: UInt32 = 9
    private static let stride: UInt = 16384
    private static let textOffset: UInt = 1024
    private static let textCapacity: UInt = 1000
    private static let sitesOffset: UInt = 2048
    private static let siteLimit: UInt32 = 250
    static let violationsOffset: UInt = 4096
    static let violationLimit: UInt64 = 14
    private static let faultsOffset: UInt = 8192
    private static let faultLimit: UInt64 = 64

    /// In `faults_armed`: a scope exists, so that an allocation has to look for its own.
    static let scopesExist: UInt32 = 2

    static func address(_ scope: UInt32) -> UInt {
      let slot = scope & (1 << slotBits - 1)
      return unsafe state.pointee.scopes + UInt(slot - 1) * stride
    }

    private static func pointer(_ scope: UInt32) -> UnsafeMutablePointer<ScopeState> {
      unsafe Memory.pointer(address(scope)).assumingMemoryBound(to: ScopeState.self)
    }

    static func known(_ scope: UInt32) -> UnsafeMutablePointer<ScopeState>? {
      let slot = scope & (1 << slotBits - 1)
      guard slot > 0, slot <= limit, unsafe state.pointee.scopes != 0 else { return nil }
      let at = unsafe pointer(slot)
      let isThis = unsafe at.pointee.isUsed != 0 && at.pointee.generation == scope >> slotBits
      return unsafe isThis ? at : nil
    }

    /// Makes a scope within the one in force; 0 when the text is no plan or there are too many.
    ///
    /// - Parameters:
    ///   - text: The plan; nil for a scope that only watches, empty for one in which nothing fails.
    ///   - seed: For plans that choose by chance.
    ///   - parent: The scope around it, 0 for none.
    /// - Returns: Its number.
    static func open(_ text: Word?, seed: UInt64, parent: UInt32) -> UInt32 {
      Lock.sites.acquire()
      defer { Lock.sites.release() }
      guard text?.byteCount ?? 0 < textCapacity, map() else { return 0 }
      for slot in 1...limit {
        let known = unsafe pointer(slot)
        guard unsafe known.pointee.isUsed == 0 else { continue }
        var fresh = ScopeState()
        fresh.isUsed = 1
        fresh.generation = unsafe (known.pointee.generation + 1) & (UInt32.max >> slotBits)
        fresh.seed = seed
        fresh.parent = parent
        if let text {
          fresh.decides = 1
          guard let plan = plan(text, in: slot) else { return 0 }
          fresh.plan = plan
          fresh.planByteCount = UInt64(text.byteCount)
        }
        unsafe known.pointee = fresh
        unsafe state.pointee.scopeCount += 1
        unsafe switches.pointee.faults_armed |= scopesExist
        return fresh.generation << slotBits | slot
      }
      return 0
    }

    /// Reads a plan from a copy of its text, which its terms point into.
    private static func plan(_ text: Word, in slot: UInt32) -> FaultPlan? {
      if text.isEmpty { return FaultPlan() }
      let at = address(slot) + textOffset
      Memory.copy(to: at, from: text.start, text.byteCount)
      guard case .plan(let plan) = FaultGrammar.parse(Word(start: at, end: at + text.byteCount))
      else { return nil }
      return plan
    }

    /// The text of a scope's plan, empty when nothing fails in it by a plan of its own.
    static func planText(_ scope: UInt32) -> Word {
      guard let known = unsafe known(scope) else { return Word(start: 0, end: 0) }
      let start = address(scope) + textOffset
      return unsafe Word(start: start, end: start + UInt(known.pointee.planByteCount))
    }

    private static func map() -> Bool {
      guard unsafe state.pointee.scopes == 0 else { return true }
      guard let at = Memory.map(UInt(limit) * stride) else { return false }
      unsafe state.pointee.scopes = at
      return true
    }

    /// Forgets a scope; what is not freed belongs to the one around it from here on.
    static func close(_ scope: UInt32) {
      Lock.sites.acquire()
      defer { Lock.sites.release() }
      guard let known = unsafe Self.known(scope) else { return }
      ScopeBlocks.hand(scope, to: unsafe nearest(known.pointee.parent))
      unsafe known.pointee.isUsed = 0
      unsafe state.pointee.scopeCount -= 1
      // Without scopes an allocation need not look for its own.
      if unsafe state.pointee.scopeCount == 0 {
        unsafe switches.pointee.faults_armed &= ~scopesExist
      }
    }

    /// The scope itself if it is still open, else 0.
    private static func nearest(_ scope: UInt32) -> UInt32 {
      unsafe known(scope) == nil ? 0 : scope
    }

    /// The scope in force for the calling thread and task, 0 for none.
    @inline(never)
    static func current(_ thread: ThreadState) -> UInt32 {
      let own = unsafe thread.pointee.fault_scope
      if own != 0 { return own }
      guard let reader = zmalloc_load_scope_reader() else { return 0 }
      return reader()
    }
  }

  extension FaultScopes {
    /// Counts a point of a scope and says whether it fails.
    ///
    /// - Returns: The scope that failed it, 0 when it goes on; nil when no scope decides.
    static func decide(_ innermost: UInt32, _ point: inout FaultPoint, stack: UInt32) -> UInt32? {
      var scope = innermost
      while let known = unsafe Self.known(scope) {
        let number = unsafe zmalloc_add64(&known.pointee.points, 1) + 1
        if unsafe known.pointee.decides != 0 {
          point.number = number
          return unsafe fails(scope, known, &point, stack: stack) ? scope : 0
        }
        unsafe scope = known.pointee.parent
      }
      return nil
    }

    private static func fails(
      _ scope: UInt32, _ known: UnsafeMutablePointer<ScopeState>, _ point: inout FaultPoint,
      stack: UInt32
    ) -> Bool {
      guard unsafe known.pointee.plan.isArmed else { return false }
      let looksAtSites = unsafe known.pointee.plan.looksAtSites != 0
      if looksAtSites { point.site = SiteKey.of(stack: stack) }
      Lock.sites.acquire()
      defer { Lock.sites.release() }
      if looksAtSites { unsafe look(at: &point, stack, scope, known) }
      var world = unsafe FaultWorld(seed: known.pointee.seed, liveByteCount: 0)
      if unsafe known.pointee.plan.looksAtBytes != 0 {
        world.liveByteCount = UInt64(max(0, Totals.now().liveBytes))
      }
      return unsafe known.pointee.plan.fails(point, world)
    }

    /// What a scope's plan wants to know of a point's site.
    private static func look(
      at point: inout FaultPoint, _ stack: UInt32, _ scope: UInt32,
      _ known: UnsafeMutablePointer<ScopeState>
    ) {
      point.matches = unsafe SiteTable.matches(
        point.site, StackDepot.address(of: stack), known.pointee.plan)
      let sites = address(scope) + sitesOffset
      let count = unsafe known.pointee.siteCount
      for index in 0..<count where Memory.load64(sites + UInt(index) * 8) == point.site { return }
      guard count < siteLimit else { return }
      Memory.store64(sites + UInt(count) * 8, point.site)
      unsafe known.pointee.siteCount = count + 1
      point.isFirst = true
    }

    /// Writes a failure down with its scope; the first ones stay, the last slot has the latest.
    static func note(_ entry: FaultEntry, in scope: UInt32) {
      Lock.sites.acquire()
      defer { Lock.sites.release() }
      guard let known = unsafe Self.known(scope) else { return }
      let index = unsafe min(known.pointee.faults, faultLimit - 1)
      unsafe known.pointee.faults += 1
      let at = address(scope) + faultsOffset + UInt(index) * UInt(MemoryLayout<FaultEntry>.size)
      unsafe Memory.pointer(at).storeBytes(of: entry, as: FaultEntry.self)
    }

    /// Visits the failures of a scope, or of the next around it that has any.
    static func forEachFault(_ innermost: UInt32, _ visit: (FaultEntry) -> Void) {
      var scope = innermost
      while let known = unsafe Self.known(scope) {
        let count = unsafe min(known.pointee.faults, faultLimit)
        for index in 0..<UInt(count) {
          let at = address(scope) + faultsOffset + index * UInt(MemoryLayout<FaultEntry>.size)
          unsafe visit(Memory.pointer(at).load(as: FaultEntry.self))
        }
        if count > 0 { return }
        unsafe scope = known.pointee.parent
      }
    }
  }
#endif
