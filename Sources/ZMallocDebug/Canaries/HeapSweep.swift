// Sweeps: a look at every block between two operations, so that a report can say when a block
// broke.
//
//   intact: the last sweep (or the block's allocation)    broken: this sweep
//
// A sweep is asked for every N operations, by the program, or by a signal. It takes no lock that
// another thread may hold for long, and none at all while everything is whole.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// Looks at all blocks on behalf of a caller whose stack is captured.
  @c @implementation
  func zmalloc_layer_check(_ thread: UnsafeMutablePointer<zmalloc_thread>?) -> UInt32 {
    guard let thread = unsafe thread else { return 0 }
    let damaged = unsafe HeapSweep.run(thread, at: zmalloc_load64(&state.pointee.operations))
    unsafe state.pointee.sweptAfter = 1
    return damaged
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
    private static let isThreaded: UInt32 = 1

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
        unsafe _ = run(thread, at: next)
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

    /// Looks at every block; the number of those that are damaged.
    static func run(_ thread: ThreadState, at operation: UInt64) -> UInt32 {
      guard unsafe zmalloc_swap32(&state.pointee.isSweeping, 0, 1) else { return 0 }
      defer { unsafe zmalloc_store32(&state.pointee.isSweeping, 0) }
      // Nothing goes back below meanwhile.
      unsafe _ = zmalloc_add32(&state.pointee.quarantineHolds, 1)
      defer { unsafe _ = zmalloc_add32(&state.pointee.quarantineHolds, UInt32.max) }
      unsafe state.pointee.sweepOperation = operation
      defer { unsafe state.pointee.sweepOperation = 0 }
      var damaged: UInt32 = 0
      for id in 1..<max(1, unsafe state.pointee.nextCell) where unsafe isDamaged(thread, id) {
        damaged += 1
      }
      unsafe state.pointee.sweptAfter = 0
      unsafe state.pointee.swept = Violation.now(thread)
      unsafe state.pointee.sweepCount += 1
      return damaged
    }

    /// Whether a block is damaged, which is reported.
    private static func isDamaged(_ thread: ThreadState, _ id: UInt32) -> Bool {
      let cell = Cell(id: id)
      let status = cell.status
      let operation = cell.operation
      // A child reports only its own.
      guard unsafe operation > state.pointee.forkOperation else { return false }
      switch status & CellState.mask {
      case CellState.live:
        guard isThere(cell), let damage = WholeBlock.damage(cell), cell.status == status,
          cell.operation == operation
        else { return false }
        unsafe Violation.canary(thread, cell, damage, UInt32(cell.family), atEnd: false)
        WholeBlock.renewCanaries(cell)
      case CellState.quarantined:
        let side = SideCell(id: cell.link)
        guard let damage = WholeBlock.damage(freed: cell, side), cell.status == status else {
          return false
        }
        unsafe Violation.writeAfterFree(thread, cell, side, damage, atEnd: false)
        FreedBlock(cell, side.flags).refill()
      default: return false
      }
      return true
    }

    /// Whether the canaries can be read: another thread may give the block back at this moment.
    private static func isThere(_ cell: Cell) -> Bool {
      guard unsafe switches.pointee.threaded & isThreaded != 0, !GuardedBlocks.isGuarded(cell)
      else {
        return true
      }
      var word: UInt64 = 0
      return unsafe zmalloc_probe_load(Memory.pointer(cell.address - 8), &word)
        && zmalloc_probe_load(Memory.pointer(cell.end), &word)
    }
  }
#endif
