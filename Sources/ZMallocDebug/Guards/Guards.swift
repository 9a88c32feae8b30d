// Guard pages: which blocks get them, how many there may be, and the freed ones that wait.
//
// The kernel allows a process so many areas of memory (vm.max_map_count), and the program needs
// some itself: a live guarded block is two, a freed one is one at most, and at half of what is
// allowed the layer stops guarding. Freed ones give way first.
#if DEBUG_LAYER
  import CZMalloc

  /// The choice of blocks, and the count of areas.
  @safe
  enum Guards {
    /// In `faults_armed`: an allocation asks whether it is to be guarded.
    static let chosen: UInt32 = 4
    /// Where the kernel does not say how many areas it allows.
    private static let usualMapLimit: UInt64 = 65530
    /// Freed blocks that wait, at most.
    private static let waitingLimit: UInt32 = 4096

    /// Maps what guarding needs, if the options ask for it; false where there is no memory.
    static func start() -> Bool {
      guard unsafe state.pointee.guardRate != 0 else { return true }
      let limit = min(mapLimit() / 2, 1 << 20)
      unsafe state.pointee.guardAreaLimit = limit
      let ring = Memory.map(UInt(waitingLimit) * 4)
      guard let ring, GuardPool.start(slotLimit: UInt(limit)) else { return false }
      unsafe state.pointee.guardRing = ring
      unsafe switches.pointee.faults_armed |= chosen
      return true
    }

    /// `vm.max_map_count`.
    private static func mapLimit() -> UInt64 {
      let path: StaticString = "/proc/sys/vm/max_map_count"
      let descriptor = unsafe path.utf8Start.withMemoryRebound(to: CChar.self, capacity: 27) {
        unsafe zmalloc_open_read($0)
      }
      guard descriptor >= 0 else { return usualMapLimit }
      defer { zmalloc_close(descriptor) }
      var text: (UInt64, UInt64) = (0, 0)
      return unsafe withUnsafeMutableBytes(of: &text) { bytes in
        guard let base = bytes.baseAddress else { return usualMapLimit }
        let got = unsafe zmalloc_read(descriptor, base, 16)
        let start = UInt(bitPattern: base)
        var end = start + UInt(max(0, got))
        while end > start, Memory.load8(end - 1) == 10 { end -= 1 }
        return Word(start: start, end: end).number ?? usualMapLimit
      }
    }

    /// Whether a block of this operation is to be guarded: the same ones in each run.
    static func wants(_ byteCount: UInt, _ operation: UInt64) -> Bool {
      let rate = unsafe state.pointee.guardRate
      guard unsafe byteCount >= state.pointee.guardLeast,
        unsafe byteCount <= state.pointee.guardMost
      else {
        return false
      }
      if rate == 1 { return true }
      var mixed = unsafe (operation ^ state.pointee.seed &* 0x9E37_79B9_7F4A_7C15)
      mixed = (mixed ^ mixed >> 33) &* 0xFF51_AFD7_ED55_8CCD
      mixed = (mixed ^ mixed >> 33) &* 0xC4CE_B9FE_1A85_EC53
      return (mixed ^ mixed >> 33) % rate == 0
    }

    /// Takes a run and the areas that its block is; 0 when a limit is met, which is counted.
    static func take(_ pageCount: UInt) -> UInt32 {
      guard GuardPool.hasRoom(pageCount) else {
        unsafe _ = zmalloc_add64(&state.pointee.guardsTooLarge, 1)
        return 0
      }
      Lock.guards.acquire()
      while unsafe state.pointee.guardLive * 2 + UInt64(state.pointee.guardWaiting) + 2
        > state.pointee.guardAreaLimit
      {
        let oldest = takeOldest()
        Lock.guards.release()
        guard oldest != 0 else {
          unsafe _ = zmalloc_add64(&state.pointee.guardsRefused, 1)
          return 0
        }
        release(oldest)
        Lock.guards.acquire()
      }
      defer { Lock.guards.release() }
      let slot = GuardPool.take(pageCount)
      if slot != 0 {
        unsafe state.pointee.guardLive += 1
      } else {
        unsafe _ = zmalloc_add64(&state.pointee.guardsWithoutPages, 1)
      }
      return slot
    }

    /// Gives a run back that holds no block any more and has no history.
    static func giveBack(_ slot: UInt32) {
      Lock.guards.acquire()
      unsafe state.pointee.guardLive -= 1
      GuardPool.closeAndGiveBack(slot)
      Lock.guards.release()
    }

    /// Lets a freed block wait, and releases what that pushes out.
    static func wait(_ slot: UInt32) {
      Lock.guards.acquire()
      let oldest = unsafe state.pointee.guardWaiting >= waitingLimit ? takeOldest() : 0
      let last = unsafe (state.pointee.guardOldest + state.pointee.guardWaiting) % waitingLimit
      Memory.store32(unsafe state.pointee.guardRing + UInt(last) * 4, slot)
      unsafe state.pointee.guardWaiting += 1
      unsafe state.pointee.guardLive -= 1
      Lock.guards.release()
      if oldest != 0 { release(oldest) }
    }

    /// Takes the oldest freed block out of those that wait, 0 when there is none.
    ///
    /// The lock is held.
    private static func takeOldest() -> UInt32 {
      guard unsafe state.pointee.guardWaiting > 0 else { return 0 }
      let oldest = unsafe state.pointee.guardOldest
      let slot = Memory.load32(unsafe state.pointee.guardRing + UInt(oldest) * 4)
      unsafe state.pointee.guardOldest = (oldest + 1) % waitingLimit
      unsafe state.pointee.guardWaiting -= 1
      return slot
    }

    /// Gives the run of a freed block back, which waits no more; its history stays for a while.
    ///
    /// The lock is not held: that of the scopes comes before it.
    private static func release(_ slot: UInt32) {
      let cell = Cell(id: GuardPool.cell(slot))
      if unsafe switches.pointee.faults_armed & FaultScopes.scopesExist != 0 {
        ScopeBlocks.remove(cell.address)
      }
      let side = SideCell(id: cell.link)
      Lock.guards.acquire()
      GuardPool.closeAndGiveBack(slot)
      Lock.guards.release()
      Quarantine.rememberGuarded(cell, side)
    }
  }
#endif
