// Which allocations fail on purpose: up to eight terms, each a rule of its own. Counting starts at
// 1, over all threads of the scope; the layer's own allocations never count, nor does malloc(0),
// which may return NULL by itself.
#if DEBUG_LAYER
  /// A plan: an allocation fails if one of its terms says so.
  struct FaultPlan: BitwiseCopyable {
    static let termLimit = 8

    private(set) var terms = InlineArray<8, FaultTerm>(repeating: FaultTerm())
    /// What each term remembers.
    private var memories = InlineArray<8, UInt64>(repeating: 0)
    private(set) var count: UInt32 = 0
    /// 1 when a term looks at sites.
    private(set) var looksAtSites: UInt32 = 0
    /// 1 when a term asks for the live bytes.
    private(set) var looksAtBytes: UInt32 = 0

    var isArmed: Bool { count > 0 }

    /// Adds a term; false when there are eight.
    mutating func add(_ term: FaultTerm) -> Bool {
      guard count < UInt32(FaultPlan.termLimit) else { return false }
      terms[Int(count)] = term
      count += 1
      if term.looksAtSites { looksAtSites = 1 }
      if term.kind == .bytes { looksAtBytes = 1 }
      return true
    }

    /// Whether a point fails; every term sees every point, so that each can count.
    mutating func fails(_ point: FaultPoint, _ world: FaultWorld) -> Bool {
      take(point, world).fails
    }

    /// Whether a point fails, and the earliest one after it that may fail by its number alone.
    ///
    /// In one step and in place: a plan is half a kilobyte, too much to copy for each point.
    mutating func take(_ point: FaultPoint, _ world: FaultWorld) -> (fails: Bool, next: UInt64) {
      var fails = false
      var earliest = UInt64.max
      for index in 0..<Int(count) {
        if terms[index].fails(point, at: index, &memories[index], world) { fails = true }
        earliest = min(
          earliest, terms[index].next(after: point.number, memory: memories[index]))
      }
      return (fails, earliest)
    }

    /// The earliest point after `number` that may fail by its number alone.
    func next(after number: UInt64) -> UInt64 {
      var earliest = UInt64.max
      for index in 0..<Int(count) {
        earliest = min(earliest, terms[index].next(after: number, memory: memories[index]))
      }
      return earliest
    }
  }
#endif
