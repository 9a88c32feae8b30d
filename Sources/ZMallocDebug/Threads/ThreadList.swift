// The threads that are or were inside the layer. Their states stand in chunks and are used again
// when a thread ends; what a state counted is never reset, so that the sum over all states is
// exact.
#if DEBUG_LAYER
  import CZMalloc

  /// The list of thread states.
  @safe
  enum ThreadList {
    /// A thread beyond this many at once runs unwatched.
    static let limit: UInt32 = 32_000
    /// States are used again when there are this many.
    static let reuseFrom: UInt32 = 256
    /// States stand in chunks of this many, mapped as they are needed: address space may be
    /// limited.
    static let chunkCount: UInt32 = 64
    static var stride: UInt { unsafe UInt(MemoryLayout<zmalloc_thread>.stride) }

    static func thread(_ index: UInt32) -> ThreadState {
      let chunk = Memory.load64(LayerStorage.threadChunks + UInt(index / chunkCount) * 8)
      return unsafe Memory.pointer(UInt(chunk) + UInt(index % chunkCount) * stride)
        .assumingMemoryBound(to: zmalloc_thread.self)
    }

    private static func mapChunk(of index: UInt32) -> Bool {
      let slot = LayerStorage.threadChunks + UInt(index / chunkCount) * 8
      if Memory.load64(slot) != 0 { return true }
      guard let at = Memory.map(UInt(chunkCount) * stride) else { return false }
      Memory.store64(slot, UInt64(at))
      return true
    }

    /// Gives the calling thread a state, nil when there are none left.
    static func claim() -> ThreadState? {
      Lock.threads.acquire()
      defer { Lock.threads.release() }
      let count = unsafe state.pointee.threadCount
      // A state that was used knows the stack of its thread, which glibc keeps: first all new ones.
      var index: UInt32 = count < reuseFrom ? count : 0
      while index < count, unsafe thread(index).pointee.in_use != 0 { index += 1 }
      guard index < limit, mapChunk(of: index) else { return nil }
      if index == count { unsafe state.pointee.threadCount = count + 1 }
      if index > 0 { unsafe _ = zmalloc_or32(&switches.pointee.threaded, 1) }
      let mine = unsafe thread(index)
      unsafe identify(mine, number: index + 1)
      // With its second thread libc puts a handler of its own in the place of ours.
      if unsafe state.pointee.phase != 0 { Start.listen() }
      return unsafe mine
    }

    /// Writes down who the calling thread is.
    static func identify(_ mine: ThreadState, number: UInt32) {
      unsafe mine.pointee.in_use = 1
      unsafe mine.pointee.number = number
      unsafe mine.pointee.number_in_records = min(number, Cell.threadLimit)
      unsafe mine.pointee.leaks_disabled = 0
      unsafe mine.pointee.kernel_id = zmalloc_thread_id()
      unsafe mine.pointee.thread_pointer = zmalloc_thread_pointer()
      var here: UInt = 0
      unsafe withUnsafePointer(to: &here) { here in
        unsafe mine.pointee.stack_address = UInt(bitPattern: here)
      }
      unsafe mine.pointee.stack_start = 0
      unsafe mine.pointee.stack_end = 0
      unsafe mine.pointee.stack_is_lent = 0
      unsafe mine.pointee.operation = 0
      unsafe mine.pointee.operation_end = 0
      unsafe mine.pointee.faults_suspended = 0
      unsafe mine.pointee.handler_frame = 0
      unsafe mine.pointee.fault_scope = 0
      unsafe mine.pointee.has_fault = 0
      unsafe zmalloc_renew_fault_mask(mine)
      unsafe mine.pointee.captured_by = 0
      unsafe mine.pointee.blocked_faults = 0
      unsafe mine.pointee.newest = 0
      unsafe mine.pointee.recovery = nil
    }

    /// Gives a state back at the end of its thread.
    static func release(_ mine: ThreadState) {
      unsafe CellArena.drain(mine)
      unsafe Quarantine.flush(mine)
      Lock.threads.acquire()
      unsafe mine.pointee.in_use = 0
      Lock.threads.release()
    }

    /// After a fork only the calling thread is left.
    static func keepOnly(_ mine: ThreadState?) {
      for index in 0..<(unsafe state.pointee.threadCount) {
        let other = unsafe thread(index)
        if let mine = unsafe mine, unsafe mine == other { continue }
        unsafe other.pointee.in_use = 0
        unsafe other.pointee.in_unwinder = 0
      }
    }

    /// The state of the thread that has a kernel's id now.
    static func find(kernelID: UInt32) -> ThreadState? {
      for index in 0..<(unsafe state.pointee.threadCount) {
        let thread = unsafe thread(index)
        if unsafe thread.pointee.in_use != 0, unsafe thread.pointee.kernel_id == kernelID {
          return unsafe thread
        }
      }
      return nil
    }

    /// Visits every state that was ever used.
    static func forEach(_ visit: (ThreadState) -> Void) {
      for index in 0..<(unsafe state.pointee.threadCount) { unsafe visit(thread(index)) }
    }

    /// The next operation number: exact in order while there is one thread, to 64 among several.
    @inline(__always)
    static func nextOperation(_ thread: ThreadState) -> UInt64 {
      if unsafe thread.pointee.operation == thread.pointee.operation_end {
        let step: UInt64 =
          unsafe switches.pointee.threaded == 0 ? 1 : HeapSweep.step(thread)
        let first = unsafe zmalloc_add64(&state.pointee.operations, step) + 1
        unsafe thread.pointee.operation = first
        unsafe thread.pointee.operation_end = first + step
      }
      let number = unsafe thread.pointee.operation
      unsafe thread.pointee.operation = number + 1
      return number
    }

    /// Adds to the live bytes; the peak is sampled after each 64 KiB of a thread's change.
    @inline(__always)
    static func count(_ thread: ThreadState, bytes: Int64) {
      unsafe thread.pointee.live_bytes += bytes
      let pending = unsafe thread.pointee.live_bytes_unreported + bytes
      unsafe thread.pointee.live_bytes_unreported = pending
      if pending > 65536 || pending < -65536 { unsafe report(thread, pending) }
    }

    private static func report(_ thread: ThreadState, _ pending: Int64) {
      unsafe thread.pointee.live_bytes_unreported = 0
      let change = UInt64(bitPattern: pending)
      let now = unsafe Int64(bitPattern: zmalloc_add64(&state.pointee.liveBytes, change)) + pending
      var peak = unsafe zmalloc_load64(&state.pointee.peakBytes)
      while now > Int64(peak) {
        if unsafe zmalloc_swap64(&state.pointee.peakBytes, peak, UInt64(now)) { return }
        peak = unsafe zmalloc_load64(&state.pointee.peakBytes)
      }
    }
  }

  /// Keeps threads out of libunwind around a fork: its locks would stay held in the child.
  @safe
  enum UnwinderGate {
    /// Waits at most this often for a hundredth of a second: a thread that never comes out must not
    /// stop the program.
    private static let patience = 200

    static func close() {
      unsafe _ = zmalloc_exchange32(&switches.pointee.unwinder_gate, 1)
      let mine = unsafe zmalloc_current_thread()
      unsafe ThreadList.forEach { thread in
        if let mine = unsafe mine, unsafe mine == thread { return }
        var tries = 0
        while unsafe zmalloc_load32(&thread.pointee.in_unwinder) != 0, tries < patience + 1000 {
          // A walk takes microseconds; only an unlucky one sleeps.
          if tries < 1000 { zmalloc_yield() } else { zmalloc_pause() }
          tries += 1
        }
      }
    }

    static func open() {
      unsafe zmalloc_store32(&switches.pointee.unwinder_gate, 0)
    }
  }

  /// What all threads counted together.
  struct Totals {
    var allocations: UInt64 = 0
    var frees: UInt64 = 0
    var liveBlocks: Int64 = 0
    var liveBytes: Int64 = 0
    var unrecorded: UInt64 = 0

    static func now() -> Totals {
      var sum = Totals()
      unsafe ThreadList.forEach { thread in
        unsafe sum.allocations += thread.pointee.allocations
        unsafe sum.frees += thread.pointee.frees
        unsafe sum.liveBlocks += thread.pointee.live_blocks
        unsafe sum.liveBytes += thread.pointee.live_bytes
        unsafe sum.unrecorded += thread.pointee.unrecorded
      }
      return sum
    }
  }
#endif
