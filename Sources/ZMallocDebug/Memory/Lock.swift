// The layer's locks: three states and a futex (Drepper, "Futexes Are Tricky", mutex2). Not
// recursive; taken only under the re-entrancy guard, never while calling out of the layer.
#if DEBUG_LAYER
  import CZMalloc

  /// A lock of the layer.
  @safe
  struct Lock {
    private let word: UnsafeMutablePointer<UInt32>

    /// Cells, quarantine and released blocks.
    static var cells: Lock { unsafe Lock(&state.pointee.cellLock) }
    /// New chunks of the stack depot.
    static var stacks: Lock { unsafe Lock(&state.pointee.stackLock) }
    /// The list of threads.
    static var threads: Lock { unsafe Lock(&state.pointee.threadLock) }
    /// Violations and recordings.
    static var reports: Lock { unsafe Lock(&state.pointee.reportLock) }
    /// The table of modules.
    static var modules: Lock { unsafe Lock(&state.pointee.moduleLock) }
    /// The list of our own mappings.
    static var mappings: Lock { unsafe Lock(&state.pointee.mappingLock) }
    /// The line for standard error.
    static var console: Lock { unsafe Lock(&state.pointee.consoleLock) }

    private init(_ word: UnsafeMutablePointer<UInt32>) { unsafe self.word = unsafe word }

    /// Waits for the lock and takes it.
    func acquire() {
      if unsafe zmalloc_swap32(word, 0, 1) { return }
      while unsafe zmalloc_exchange32(word, 2) != 0 { unsafe zmalloc_futex_wait(word, 2) }
    }

    /// Gives the lock back.
    func release() {
      if unsafe zmalloc_exchange32(word, 0) == 2 { unsafe zmalloc_futex_wake(word) }
    }

    /// Takes the lock if it comes within about a tenth of a second: for signal handlers, whose own
    /// thread may hold it.
    func acquireSoon() -> Bool {
      for _ in 0..<1000 {
        if unsafe zmalloc_swap32(word, 0, 1) { return true }
        zmalloc_yield()
      }
      return false
    }

    /// Forgets the holder: in a forked child, where that thread does not exist.
    func reset() { unsafe zmalloc_store32(word, 0) }

    /// Takes all locks in their order: before a fork.
    static func acquireAll() {
      reports.acquire()
      modules.acquire()
      threads.acquire()
      cells.acquire()
      stacks.acquire()
      mappings.acquire()
      console.acquire()
    }

    /// Gives all locks back: in the parent after a fork.
    static func releaseAll() {
      console.release()
      mappings.release()
      stacks.release()
      cells.release()
      threads.release()
      modules.release()
      reports.release()
    }

    /// Forgets all holders: in the child after a fork.
    static func resetAll() {
      reports.reset()
      modules.reset()
      threads.reset()
      cells.reset()
      stacks.reset()
      mappings.reset()
      console.reset()
    }
  }
#endif
