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

    var isArmed: Bool { count > 0 }
    /// Whether a term asks for the live bytes.
    var looksAtBytes: Bool {
      for index in 0..<Int(count) where terms[index].kind == .bytes { return true }
      return false
    }

    /// Adds a term; false when there are eight.
    mutating func add(_ term: FaultTerm) -> Bool {
      guard count < UInt32(FaultPlan.termLimit) else { return false }
      terms[Int(count)] = term
      count += 1
      if term.looksAtSites { looksAtSites = 1 }
      return true
    }

    /// Whether a point fails; every term sees every point, so that each can count.
    mutating func fails(_ point: FaultPoint, _ world: FaultWorld) -> Bool {
      var result = false
      for index in 0..<Int(count) {
        var memory = memories[index]
        if terms[index].fails(point, at: index, &memory, world) { result = true }
        memories[index] = memory
      }
      return result
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
