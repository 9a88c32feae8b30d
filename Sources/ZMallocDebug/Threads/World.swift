// All other threads stopped: no pointer moves while the leak scan reads. First the lock of the
// dynamic linker and all of ours are taken, so that nobody is stopped who holds one that the scan
// needs; then each thread that the kernel lists is asked by a signal, until a look at the list
// shows no new one.
#if DEBUG_LAYER
  import CZMalloc

  /// A stop of all threads but the calling one.
  @safe
  struct World {
    /// How many threads were asked, the ended ones included.
    private(set) var count: UInt32 = 0
    /// How many of them did not answer in time.
    private(set) var silentCount: UInt32 = 0
    /// Whether the kernel listed them: others do not exist.
    private var isListed = false
    /// Whether nobody could be asked: there may be others, and they run.
    var isFailed: Bool { !isListed && count == 0 }

    private static let limit: UInt32 = 32_768
    private static let stride = UInt(MemoryLayout<zmalloc_stopped>.stride)
    /// Looks at the list of threads: each may show some that a thread started before it stopped.
    private static let lookLimit = 100
    /// Hundredths of a second after which a thread is given up that waits in the kernel, and one
    /// that runs: on a loaded machine it may wait long for a processor.
    private static let patience = 100
    private static let patienceWithRunning = 1000

    /// Runs `work`, which may ``stop()`` all others, with the dynamic linker's lock.
    static func withModulesLocked(
      _ work: @convention(c) (UnsafeMutableRawPointer?) -> Void, _ context: UnsafeMutableRawPointer
    ) {
      // Whoever reads the list of modules holds these two before the linker's lock, and the linker
      // holds its own while it allocates. They are given back after it: a fork waits for them, and
      // a child that was forked with the linker's lock held would wait for it at its end for ever.
      Lock.reports.acquirePatiently()
      Lock.modules.acquirePatiently()
      unsafe zmalloc_with_modules_locked(work, context)
      Lock.modules.release()
      Lock.reports.release()
    }

    /// Stops all others.
    ///
    /// The caller holds the linker's lock, and keeps the world stopped as short as it can.
    static func stop() -> World {
      var world = World()
      Lock.acquireAllPatiently()
      unsafe state.pointee.worldOwner = zmalloc_thread_id()
      guard !isAlone, let table = table else { return world }
      let ids = table + UInt(limit) * stride
      let slots = unsafe Memory.pointer(table).assumingMemoryBound(to: zmalloc_stopped.self)
      guard unsafe zmalloc_stop_begin(slots, limit) else { return world }
      for _ in 0..<lookLimit {
        let known = world.count
        world.askNew(ids)
        if world.count == known { break }
        world.wait(from: known)
      }
      return world
    }

    /// Whether the layer has met no other thread, where nobody but the layer can say.
    private static var isAlone: Bool {
      guard !canList else { return false }
      var count = 0
      unsafe ThreadList.forEach { _ in count += 1 }
      return count <= 1
    }

    /// Lets all others go on.
    func resume() {
      zmalloc_stop_end()
      unsafe state.pointee.worldOwner = 0
      Lock.releaseInner()
    }

    /// In a forked child: the one who stopped the others is not here.
    static func forget() {
      zmalloc_stop_forget()
      unsafe state.pointee.worldOwner = 0
    }

    /// A thread that was asked.
    subscript(index: UInt32) -> zmalloc_stopped {
      unsafe Memory.pointer(World.slot(index)).load(as: zmalloc_stopped.self)
    }

    /// Whether a thread stands still, and its registers and stack pointer are known.
    func isStopped(_ index: UInt32) -> Bool {
      zmalloc_stop_place(index) == UInt32(ZMALLOC_THREAD_STOPPED)
    }

    func isSilent(_ index: UInt32) -> Bool {
      zmalloc_stop_place(index) == UInt32(ZMALLOC_THREAD_SILENT)
    }

    /// The table, which a late thread may look into at any time, and behind it room for the
    /// kernel's list.
    private static var table: UInt? {
      let known = unsafe state.pointee.stoppedThreads
      if known != 0 { return known }
      let byteCount = UInt(limit) * (stride + 4)
      guard let fresh = unsafe zmalloc_map(Int(byteCount)) else { return nil }
      OwnMappings.add(UInt(bitPattern: fresh), byteCount)
      unsafe state.pointee.stoppedThreads = UInt(bitPattern: fresh)
      return UInt(bitPattern: fresh)
    }

    private static func slot(_ index: UInt32) -> UInt {
      unsafe state.pointee.stoppedThreads + UInt(index) * stride
    }

    /// Asks whoever is in the list of threads and was not asked yet.
    private mutating func askNew(_ ids: UInt) {
      let list = unsafe UnsafeMutablePointer<UInt32>(Memory.word32(ids))
      let listed = unsafe World.canList ? zmalloc_list_threads(list, Int(World.limit)) : -1
      guard listed >= 0 else { return askKnown() }
      isListed = true
      // The kernel lists threads in the order of their beginning: the next one is mostly next.
      var guess: UInt32 = 0
      for index in 0..<UInt(listed) { ask(Memory.load32(ids + index * 4), &guess) }
    }

    /// Where the kernel does not say, those that the layer has met.
    private mutating func askKnown() {
      var guess: UInt32 = 0
      for index in 0..<(unsafe state.pointee.threadCount) {
        let thread = unsafe ThreadList.thread(index)
        if unsafe thread.pointee.in_use != 0 { unsafe ask(thread.pointee.kernel_id, &guess) }
      }
    }

    /// A copy of a campaign may not open what it likes, and has the threads that the layer met.
    private static var canList: Bool { unsafe state.pointee.campaign == 0 }

    private mutating func ask(_ id: UInt32, _ guess: inout UInt32) {
      guard id != zmalloc_thread_id(), count < World.limit else { return }
      for _ in 0..<count {
        if guess >= count { guess = 0 }
        if self[guess].kernel_id == id { return }
        guess += 1
      }
      var fresh = zmalloc_stopped()
      fresh.kernel_id = id
      unsafe Memory.pointer(World.slot(count)).storeBytes(of: fresh, as: zmalloc_stopped.self)
      count += 1
      if !zmalloc_stop_ask(count - 1) {
        _ = zmalloc_stop_give_up(count - 1, UInt32(ZMALLOC_THREAD_ENDED))
      }
    }

    /// Waits until all have answered, ended, or taken too long.
    private mutating func wait(from first: UInt32) {
      var rounds = 0
      while true {
        let arrivals = zmalloc_stop_arrivals()
        var isWaiting = false
        for index in first..<count where isPending(index) {
          if rounds > 0 && isHopeless(index, rounds) { continue }
          isWaiting = true
        }
        guard isWaiting else { return }
        zmalloc_stop_wait(arrivals)
        // Only a round without an answer counts.
        if zmalloc_stop_arrivals() == arrivals { rounds += 1 }
      }
    }

    private func isPending(_ index: UInt32) -> Bool {
      let place = zmalloc_stop_place(index)
      return place == UInt32(ZMALLOC_THREAD_ASKED)
        || place == UInt32(ZMALLOC_THREAD_ARRIVING)
    }

    /// Gives up a thread that has ended, or that will not answer.
    private mutating func isHopeless(_ index: UInt32, _ rounds: Int) -> Bool {
      let activity = UInt8(bitPattern: zmalloc_thread_activity(self[index].kernel_id))
      let isEnded = activity == UInt8(ascii: "Z") || activity == UInt8(ascii: "X") || activity == 0
      let isRunning = activity == UInt8(ascii: "R")
      if isEnded { return zmalloc_stop_give_up(index, UInt32(ZMALLOC_THREAD_ENDED)) }
      guard rounds >= (isRunning ? World.patienceWithRunning : World.patience) else { return false }
      guard zmalloc_stop_give_up(index, UInt32(ZMALLOC_THREAD_SILENT)) else {
        return false
      }
      silentCount += 1
      return true
    }
  }
#endif
