// Sweeps: a look at every block between two operations, so that a report can say when a block
// broke.
//
//   intact: the last sweep (or the block's allocation)    broken: this sweep
//
// A sweep is asked for every N operations, by the program, or by a signal. It takes no lock that
// another thread may hold for long.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// Looks at all blocks on behalf of a caller whose stack is captured.
  @c @implementation
  func zmalloc_layer_check(_ thread: UnsafeMutablePointer<zmalloc_thread>?) -> UInt32 {
    guard let thread = unsafe thread else { return 0 }
    return unsafe HeapSweep.run(thread, after: zmalloc_load64(&state.pointee.operations))
  }

  /// Asks for a look at the next operation of any thread.
  @c @implementation
  func zmalloc_layer_check_later() {
    guard unsafe switches.pointee.mode == Start.on else { return }
    unsafe zmalloc_store64(&state.pointee.nextSweep, 1)
    unsafe _ = zmalloc_or32(&switches.pointee.threaded, HeapSweep.counts)
  }

  /// Sweeps.
  @safe
  enum HeapSweep {
    /// In `threaded`: operations are counted one by one.
    static let counts: UInt32 = 2

    /// Takes the options: called once, at the start.
    static func start() {
      guard unsafe state.pointee.sweepEvery != 0 else { return }
      unsafe state.pointee.nextSweep = max(1, state.pointee.sweepFrom)
      unsafe switches.pointee.threaded |= counts
    }

    /// How many operation numbers a thread takes at once; sweeps before the next one if it is time.
    @inline(never)
    static func step(_ thread: ThreadState) -> UInt64 {
      guard unsafe switches.pointee.threaded & counts != 0 else { return 64 }
      let next = unsafe zmalloc_load64(&state.pointee.operations) + 1
      let due = unsafe zmalloc_load64(&state.pointee.nextSweep)
      if due != 0, next >= due, unsafe zmalloc_swap64(&state.pointee.nextSweep, due, after(next)) {
        unsafe _ = run(thread, next, isAfter: false)
      }
      return 1
    }

    /// The operation of the sweep after this one, 0 for none.
    private static func after(_ operation: UInt64) -> UInt64 {
      let every = unsafe state.pointee.sweepEvery
      guard every != 0 else { return 0 }
      let next = unsafe max(operation + every, state.pointee.sweepFrom)
      return unsafe next > state.pointee.sweepTo ? 0 : next
    }

    /// Looks at every block after an operation: the number of those that are damaged.
    static func run(_ thread: ThreadState, after operation: UInt64) -> UInt32 {
      unsafe run(thread, operation, isAfter: true)
    }

    /// Whether a moment is that of a sweep which stands before the operation that it names.
    static func isBefore(_ moment: MomentEntry) -> Bool {
      unsafe state.pointee.sweepIsAfter == 0
        && zmalloc_load32(&state.pointee.isSweeping) == moment.thread
    }

    private static func run(
      _ thread: ThreadState, _ operation: UInt64, isAfter: Bool
    ) -> UInt32 {
      let number = unsafe thread.pointee.number
      guard unsafe zmalloc_swap32(&state.pointee.isSweeping, 0, number) else { return 0 }
      defer { unsafe zmalloc_store32(&state.pointee.isSweeping, 0) }
      // Nothing more goes back below meanwhile.
      unsafe _ = zmalloc_add32(&state.pointee.quarantineHolds, 1)
      defer { unsafe _ = zmalloc_add32(&state.pointee.quarantineHolds, UInt32.max) }
      unsafe state.pointee.sweepOperation = operation
      unsafe state.pointee.sweepIsAfter = isAfter ? 1 : 0
      defer { unsafe state.pointee.sweepOperation = 0 }
      let damaged = unsafe HeapCheck.run(thread, atEnd: false)
      unsafe state.pointee.sweptAfter = isAfter ? 1 : 0
      unsafe state.pointee.swept = Violation.now(thread)
      unsafe state.pointee.sweepCount += 1
      return damaged
    }
  }
#endif
