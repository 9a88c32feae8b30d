// A block of code, or a task, with a fault plan of its own: what is allocated there is counted and
// fails by that plan, and what is not freed is known. Scopes nest: the innermost decides.
//
//   a scope, 4,096 bytes: ScopeState, from 1,024 on the text of its plan, from 2,048 on the keys of
//   the sites that it saw
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// What a scope knows.
  struct ScopeState: BitwiseCopyable {
    var plan = FaultPlan()
    var seed: UInt64 = 0
    var points: UInt64 = 0
    var faults: UInt64 = 0
    var isUsed: UInt32 = 0
    /// The scope that was the thread's innermost before.
    var outer: UInt32 = 0
    var siteCount: UInt32 = 0
    /// 1 when it counts alone, and lets the scope around it decide.
    var passesOn: UInt32 = 0
  }

  /// The scopes.
  @safe
  enum FaultScopes {
    static let limit: UInt32 = 256
    private static let stride: UInt = 4096
    private static let textOffset: UInt = 1024
    private static let textCapacity: UInt = 1000
    private static let sitesOffset: UInt = 2048
    private static let siteLimit: UInt32 = 250

    /// In `faults_armed`: a scope exists, so that an allocation has to look for its own.
    static let scopesExist: UInt32 = 2

    private static func address(_ scope: UInt32) -> UInt {
      unsafe state.pointee.scopes + UInt(scope - 1) * stride
    }

    static func known(_ scope: UInt32) -> UnsafeMutablePointer<ScopeState>? {
      guard scope > 0, scope <= limit, unsafe state.pointee.scopes != 0 else {
        return nil
      }
      let at = unsafe Memory.pointer(address(scope)).assumingMemoryBound(to: ScopeState.self)
      return unsafe at.pointee.isUsed != 0 ? at : nil
    }

    /// Makes a scope; 0 when the text is no plan or there are too many.
    static func open(_ text: Word, seed: UInt64) -> UInt32 {
      guard text.byteCount < textCapacity, map() else { return 0 }
      Lock.sites.acquire()
      defer { Lock.sites.release() }
      for scope in 1...limit {
        let at = address(scope)
        let known = unsafe Memory.pointer(at).assumingMemoryBound(to: ScopeState.self)
        guard unsafe known.pointee.isUsed == 0 else { continue }
        var fresh = ScopeState()
        fresh.isUsed = 1
        fresh.seed = seed
        if !text.isEmpty {
          Memory.copy(to: at + textOffset, from: text.start, text.byteCount)
          let own = Word(start: at + textOffset, end: at + textOffset + text.byteCount)
          guard case .plan(let plan) = FaultGrammar.parse(own) else { return 0 }
          fresh.plan = plan
        }
        unsafe known.pointee = fresh
        unsafe state.pointee.scopeCount += 1
        unsafe switches.pointee.faults_armed |= scopesExist
        return scope
      }
      return 0
    }

    private static func map() -> Bool {
      guard unsafe state.pointee.scopes == 0 else { return true }
      guard let at = Memory.map(UInt(limit) * stride) else { return false }
      unsafe state.pointee.scopes = at
      return true
    }

    static func close(_ scope: UInt32) {
      guard let known = unsafe Self.known(scope) else { return }
      // What is left of it is left of the scope around it.
      let outer = unsafe known.pointee.outer
      ScopeBlocks.hand(scope, to: unsafe Self.known(outer) == nil ? 0 : outer)
      Lock.sites.acquire()
      defer { Lock.sites.release() }
      unsafe known.pointee.isUsed = 0
      unsafe state.pointee.scopeCount -= 1
      // Without scopes an allocation need not look for its own.
      if unsafe state.pointee.scopeCount == 0 {
        unsafe switches.pointee.faults_armed &= ~scopesExist
      }
    }

    /// The scope in force for the calling thread and task, 0 for none.
    @inline(never)
    static func current(_ thread: ThreadState) -> UInt32 {
      let own = unsafe thread.pointee.fault_scope
      if own != 0 { return own }
      guard let reader = zmalloc_load_scope_reader() else { return 0 }
      return reader()
    }

    /// The scope that decides on a point, 0 when the plan of the process does.
    ///
    /// Those on the way that only count count it.
    static func decider(from scope: UInt32) -> UInt32 {
      var scope = scope
      while let known = unsafe Self.known(scope), unsafe known.pointee.passesOn != 0 {
        unsafe _ = zmalloc_add64(&known.pointee.points, 1)
        scope = unsafe known.pointee.outer
      }
      return scope
    }

    /// Counts a point of a scope and says whether it fails.
    static func fails(
      _ scope: UInt32, _ point: inout FaultPoint, stack: UInt32
    ) -> Bool {
      guard let known = unsafe Self.known(scope) else { return false }
      point.number = unsafe zmalloc_add64(&known.pointee.points, 1) + 1
      guard unsafe known.pointee.plan.isArmed else { return false }
      if unsafe known.pointee.plan.looksAtSites != 0 {
        unsafe look(at: &point, stack, scope, known)
      }
      var world = unsafe FaultWorld(seed: known.pointee.seed, liveByteCount: 0)
      if unsafe known.pointee.plan.looksAtBytes {
        world.liveByteCount = UInt64(max(0, Totals.now().liveBytes))
      }
      Lock.sites.acquire()
      defer { Lock.sites.release() }
      guard unsafe known.pointee.plan.fails(point, world) else { return false }
      unsafe known.pointee.faults += 1
      return true
    }

    /// What a scope's plan wants to know of a point's site.
    private static func look(
      at point: inout FaultPoint, _ stack: UInt32, _ scope: UInt32,
      _ known: UnsafeMutablePointer<ScopeState>
    ) {
      point.site = SiteKey.of(stack: stack)
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
  }
#endif
