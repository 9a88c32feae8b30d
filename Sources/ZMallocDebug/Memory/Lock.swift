// The layer's locks: the holder's thread id, a bit for waiters, and a futex (Drepper, "Futexes Are
// Tricky"). Taken only under the re-entrancy guard; while one is held no code of the program runs.
#if DEBUG_LAYER
  import CZMalloc

  /// A lock of the layer.
  @safe
  struct Lock {
    private let word: UnsafeMutablePointer<UInt32>

    /// Cells, quarantine and released blocks.
    static var cells: Lock { unsafe Lock(&state.pointee.cellLock) }
    /// Guarded blocks, in use and freed.
    ///
    /// Taken before the cells: what leaves there is remembered here.
    static var guards: Lock { unsafe Lock(&state.pointee.guardLock) }
    /// New chunks of the stack depot.
    static var stacks: Lock { unsafe Lock(&state.pointee.stackLock) }
    /// The sites and the plan's memory.
    ///
    /// Taken before those below it: a site's first sight may map.
    static var sites: Lock { unsafe Lock(&state.pointee.siteLock) }
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

    private static let hasWaiters: UInt32 = 1 << 31

    private static var me: UInt32 {
      if let mine = unsafe zmalloc_current_thread() { return unsafe mine.pointee.kernel_id }
      return zmalloc_thread_id()
    }

    /// Whether the caller has stopped all other threads: it holds all locks already, or nobody will
    /// give them back.
    private static var isAlone: Bool {
      let owner = unsafe state.pointee.worldOwner
      return owner != 0 && owner == zmalloc_thread_id()
    }

    /// Waits for the lock and takes it.
    func acquire() {
      if Lock.isAlone { return }
      let me = Lock.me
      if unsafe zmalloc_swap32(word, 0, me) { return }
      // Who has waited cannot know whether others wait too.
      while unsafe !zmalloc_swap32(word, 0, me | Lock.hasWaiters) {
        var seen = unsafe zmalloc_load32(word)
        if isLeftOver(seen, me) { return }
        if seen == 0 { continue }
        if seen & Lock.hasWaiters == 0 {
          guard unsafe zmalloc_swap32(word, seen, seen | Lock.hasWaiters) else { continue }
          seen |= Lock.hasWaiters
        }
        unsafe zmalloc_futex_wait(word, seen)
      }
    }

    /// Whether the holder is the caller itself: a longjmp out of a signal handler left the layer in
    /// the middle.
    ///
    /// What the lock guards may lack that one change.
    private func isLeftOver(_ seen: UInt32, _ me: UInt32) -> Bool {
      seen != 0 && seen & ~Lock.hasWaiters == me
    }

    /// Gives the lock back.
    func release() {
      if Lock.isAlone { return }
      if unsafe zmalloc_exchange32(word, 0) & Lock.hasWaiters != 0 {
        unsafe zmalloc_futex_wake(word)
      }
    }

    /// Takes the lock if it comes within about a tenth of a second: for signal handlers and
    /// reports, which must not hang a program that is in trouble already.
    func acquireSoon() -> Bool {
      if Lock.isAlone { return true }
      let me = Lock.me
      for _ in 0..<1000 {
        if unsafe zmalloc_swap32(word, 0, me) { return true }
        if unsafe isLeftOver(zmalloc_load32(word), me) { return false }
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
      sites.acquire()
      guards.acquire()
      cells.acquire()
      stacks.acquire()
      mappings.acquire()
      console.acquire()
    }

    /// Takes all locks before the threads are stopped, whatever comes: one whose holder does not
    /// give it back within a second or two was left by a thread that is no more.
    static func acquireAllPatiently() {
      reports.acquirePatiently()
      modules.acquirePatiently()
      threads.acquirePatiently()
      sites.acquirePatiently()
      guards.acquirePatiently()
      cells.acquirePatiently()
      stacks.acquirePatiently()
      mappings.acquirePatiently()
      console.acquirePatiently()
    }

    /// Waits a second or so for the lock.
    func acquirePatiently() {
      for _ in 0..<100 {
        if acquireSoon() { return }
        if unsafe isLeftOver(zmalloc_load32(word), Lock.me) { return }
        zmalloc_pause()
      }
    }

    /// Gives all locks back: in the parent after a fork.
    static func releaseAll() {
      releaseInner()
      modules.release()
      reports.release()
    }

    /// Gives back all but the two that are held around the dynamic linker's lock.
    static func releaseInner() {
      console.release()
      mappings.release()
      stacks.release()
      cells.release()
      guards.release()
      sites.release()
      threads.release()
    }

    /// Forgets all holders: in the child after a fork.
    static func resetAll() {
      reports.reset()
      modules.reset()
      threads.reset()
      sites.reset()
      guards.reset()
      cells.reset()
      stacks.reset()
      mappings.reset()
      console.reset()
    }
  }
#endif
