// Which allocations fail on purpose. Counting starts at 1, over all threads; the layer's own
// allocations never count, nor does malloc(0), which may return NULL by itself.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// One term of a plan.
  struct FaultTerm: BitwiseCopyable {
    var kind: UInt32 = FaultTerm.none
    var reserved: UInt32 = 0
    var number: UInt64 = 0

    static let none: UInt32 = 0
    /// The allocation with this number fails.
    static let nth: UInt32 = 1
    /// That one and all after it fail.
    static let from: UInt32 = 2

    func matches(_ point: UInt64) -> Bool {
      switch kind {
      case FaultTerm.nth: point == number
      case FaultTerm.from: point >= number
      default: false
      }
    }
  }

  /// A plan: an allocation fails if one of its terms says so.
  struct FaultPlan: BitwiseCopyable {
    var terms = InlineArray<8, FaultTerm>(repeating: FaultTerm())
    var count: UInt32 = 0
    var reserved: UInt32 = 0

    var isArmed: Bool { count > 0 }

    /// Adds a term; false when there are eight.
    mutating func add(_ term: FaultTerm) -> Bool {
      guard count < 8 else { return false }
      terms[Int(count)] = term
      count += 1
      return true
    }

    func fails(_ point: UInt64) -> Bool {
      for index in 0..<Int(count) where terms[index].matches(point) { return true }
      return false
    }
  }

  /// The failures that were injected.
  @safe
  enum FaultLog {
    /// Counts a point and says whether it fails; a failure is written down with its stack.
    static func decide(
      _ thread: ThreadState, byteCount: UInt, operation: UInt64, family: UInt32
    ) -> Bool {
      let point = unsafe zmalloc_add64(&state.pointee.faultPoints, 1) + 1
      guard unsafe state.pointee.plan.fails(point) else { return false }
      let number = unsafe zmalloc_add32(&state.pointee.faultCount, 1) + 1
      unsafe thread.pointee.last_fault = number
      var entry = FaultEntry()
      entry.point = point
      entry.byteCount = UInt64(byteCount)
      entry.operation = operation
      entry.stack = unsafe StackDepot.intern(thread)
      entry.thread = unsafe thread.pointee.number
      entry.family = family
      entry.number = number
      // The first ones stay; the last slot always holds the latest.
      let slot = min(number, LayerStorage.faultLimit) - 1
      let at = LayerStorage.faults + UInt(slot) * UInt(MemoryLayout<FaultEntry>.size)
      unsafe Memory.pointer(at).storeBytes(of: entry, as: FaultEntry.self)
      return true
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
