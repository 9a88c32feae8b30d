// A recording of a running program. The process doubles in the signal's handler, and goes on; the
// copy, which nobody waits for or hears of, scans and writes at its leisure, into a file in memory
// that it hands to whoever asked.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// Splits off copies that record.
  @safe
  enum Snapshot {
    /// A copy that has not come to its end after so many seconds ends: another thread may have held
    /// a lock of libc's that it waits for.
    private static let secondLimit: UInt32 = 300

    /// Splits, unless the thread stands inside the layer.
    static func answer(_ socket: Int32, _ caller: CallerState) {
      guard !Request.isBusy else { return Request.answer(socket, .busy) }
      guard collectLast() else { return Request.answer(socket, .busy) }
      zmalloc_note_identity()
      let clock = unsafe UInt(bitPattern: zmalloc_map_between(Int(Memory.pageSize)))
      defer { if clock != 0 { unsafe zmalloc_unmap(Memory.pointer(clock), Int(Memory.pageSize)) } }
      var split = Split(socket: socket, caller: caller, clock: clock)
      Start.withGuard {
        unsafe withUnsafeMutablePointer(to: &split) { split in
          unsafe World.withModulesLocked(
            { raw in
              if let raw = unsafe raw {
                unsafe Snapshot.split(raw.assumingMemoryBound(to: Split.self))
              }
            }, split)
        }
      }
      if split.child < 0 {
        Request.answer(socket, .failed, value: UInt64(UInt32(bitPattern: -split.child)))
      } else {
        unsafe state.pointee.snapshotProcess = split.child
        zmalloc_close(socket)
      }
    }

    /// What goes through the dynamic linker and back.
    @safe
    private struct Split {
      let socket: Int32
      let caller: CallerState
      /// Where the process tells its copy how long it stood still, which it knows last; 0 for
      /// nowhere.
      let clock: UInt
      var child: Int32 = 0
    }

    /// Doubles while all other threads stand still.
    private static func split(_ split: UnsafeMutablePointer<Split>) {
      let began = zmalloc_fine_time()
      let world = World.stop()
      let child = zmalloc_split_off()
      if child == 0 { unsafe run(split.pointee, world) }
      world.resume()
      let clock = unsafe split.pointee.clock
      if clock != 0 { Memory.store64(clock, zmalloc_fine_time() - began) }
      unsafe split.pointee.child = child
    }

    /// Collects the last copy, so that nothing is left of it in the system's list of processes.
    static func collect(_ socket: Int32) {
      Request.answer(socket, collectLast() ? .done : .busy)
    }

    private static func collectLast() -> Bool {
      let last = unsafe state.pointee.snapshotProcess
      guard last > 0 else { return true }
      guard zmalloc_collect(last) else { return false }
      unsafe state.pointee.snapshotProcess = 0
      return true
    }

    /// The copy's whole life.
    private static func run(_ split: Split, _ world: World) -> Never {
      let socket = split.socket
      takeOver()
      let file = zmalloc_memory_file()
      zmalloc_settle_copy(secondLimit, socket, file)
      guard file >= 0 else { fail(socket, zmalloc_errno()) }
      // A thread that never allocated has its state now, in the copy alone.
      unsafe _ = zmalloc_current_thread() ?? zmalloc_layer_enter()
      Scratch.begin()
      let leaks = LeakScan.run(split.caller, in: world)
      let stopTime = stopTime(split)
      unsafe state.pointee.stopTime = stopTime
      let failure = Recorder.record(to: file, leaks: leaks)
      guard failure == 0 else { fail(socket, failure) }
      Request.answer(socket, .done, value: stopTime, passing: file)
      zmalloc_exit_now(0)
    }

    /// How long the process stood still; 0 where it does not say so within some seconds: its other
    /// threads may leave it no processor.
    private static func stopTime(_ split: Split) -> UInt64 {
      guard split.clock != 0 else { return 0 }
      var looks = 0
      while Memory.load64(split.clock) == 0 && looks < 1000 {
        zmalloc_pause()
        looks += 1
      }
      return Memory.load64(split.clock)
    }

    private static func fail(_ socket: Int32, _ code: Int32) -> Never {
      Request.answer(socket, .failed, value: UInt64(UInt32(bitPattern: code)))
      zmalloc_exit_now(1)
    }

    /// The copy answers for the process itself: its id, its threads' ids, its operations.
    ///
    /// It holds all locks, as who has stopped the others does.
    private static func takeOver() {
      zmalloc_keep_identity()
      UnwinderGate.open()
      unsafe zmalloc_store32(Memory.word32(state.pointee.epochPage), state.pointee.processID)
      unsafe state.pointee.mapsKept = 0
      unsafe state.pointee.scratch = 0
      unsafe state.pointee.quarantineHolds = 1
    }
  }
#endif
