// The leak scan: index the live blocks, reach from the roots, build trees of what is left, and
// write both down.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// What the leak scan found.
  ///
  /// Holds mappings until it is released.
  @safe
  struct LeakScan {
    private let forest: OwnershipForest
    private let marking: Marking
    private(set) var lostCount: UInt32 = 0
    private(set) var lostByteCount: UInt64 = 0
    /// The lost blocks that no rule takes out, as far as the process can tell.
    private(set) var countedCount: UInt32 = 0
    private(set) var countedByteCount: UInt64 = 0
    private(set) var reachableCount: UInt32 = 0
    private(set) var reachableByteCount: UInt64 = 0
    private(set) var inheritedCount: UInt32 = 0
    private(set) var scannedByteCount: UInt64 = 0
    private(set) var nanoseconds: UInt64 = 0

    /// Who did not stop for the scan: all of such a thread's stack counts.
    private(set) var world = World()

    /// Scans; nil when leaks are off or there is no memory for the scan.
    static func run(_ caller: CallerState) -> LeakScan? {
      guard unsafe state.pointee.leakMode != LeakMode.off else { return nil }
      let began = zmalloc_fine_time()
      // No handler of the program runs in the middle, and the probes' faults come through: whoever
      // ends from his own handler of SIGSEGV has that signal blocked.
      let signals = zmalloc_block_signals()
      defer { zmalloc_restore_signals(signals) }
      // The way out of exit's frames is walked before anybody is stopped who holds a lock of the
      // unwinder.
      var request = Request(start: ScanStart(caller), world: nil, scan: nil)
      unsafe withUnsafeMutablePointer(to: &request) { request in
        unsafe World.withModulesLocked(
          { raw in
            guard let raw = unsafe raw else { return }
            unsafe LeakScan.runStopped(raw.assumingMemoryBound(to: Request.self))
          }, request)
      }
      request.scan?.nanoseconds = zmalloc_fine_time() - began
      return request.scan
    }

    /// What goes through the dynamic linker to the scan and back.
    private struct Request {
      let start: ScanStart
      /// Who was stopped before; nil for nobody.
      var world: World?
      var scan: LeakScan?
    }

    private static func runStopped(_ request: UnsafeMutablePointer<Request>) {
      let before = unsafe request.pointee.world
      let world = before ?? World.stop()
      defer { if before == nil { world.resume() } }
      unsafe request.pointee.scan = run(world, request.pointee.start)
    }

    /// Scans in the copy of a process whose threads were stopped when it was split off.
    static func run(_ caller: CallerState, in world: World) -> LeakScan? {
      guard unsafe state.pointee.leakMode != LeakMode.off else { return nil }
      let began = zmalloc_fine_time()
      var request = Request(start: ScanStart(caller), world: world, scan: nil)
      unsafe withUnsafeMutablePointer(to: &request) { unsafe runStopped($0) }
      request.scan?.nanoseconds = zmalloc_fine_time() - began
      return request.scan
    }

    /// In its only caller: what it returns is large, and a thread's stack may be small.
    @inline(__always)
    private static func run(_ world: World, _ start: ScanStart) -> LeakScan? {
      unsafe state.pointee.mappingsUnread = MemoryMaps.keep() ? 0 : 1
      defer { MemoryMaps.release() }
      guard let index = BlockIndex() else { return nil }
      guard var marking = Marking(index) else {
        index.release()
        return nil
      }
      unsafe withUnsafeMutablePointer(to: &marking) { sink in unsafe Roots.scan(sink, world, start)
      }
      marking.drain()
      marking.reachNewest(world)
      marking.drain()
      guard var scan = LeakScan(marking) else {
        marking.release()
        index.release()
        return nil
      }
      scan.world = world
      return scan
    }

    private init?(_ marking: Marking) {
      self.marking = marking
      let index = marking.index
      var lost: UInt32 = 0
      for block in 0..<index.count where LeakScan.isLost(block, marking) { lost += 1 }
      guard var forest = OwnershipForest(index, capacity: lost) else { return nil }
      let wantsAll = unsafe state.pointee.leakMode == LeakMode.unfreed
      for block in 0..<index.count {
        let size = UInt64(index.byteCount(block))
        // A thread that did not stop may have changed the answer since they were counted.
        if LeakScan.isLost(block, marking), forest.count < lost {
          forest.add(block)
          lostCount += 1
          lostByteCount += size
        } else if index.has(BlockIndex.isInternal, block) {
          continue
        } else if index.has(BlockIndex.isInherited, block) {
          inheritedCount += 1
        } else {
          reachableCount += 1
          reachableByteCount += size
        }
      }
      forest.grow(reached: wantsAll ? marking : nil)
      self.forest = forest
      scannedByteCount = marking.scanner.byteCount
      countLost()
    }

    /// Counts what no rule takes out.
    private mutating func countLost() {
      countedCount = lostCount
      countedByteCount = lostByteCount
      guard SuppressedLeaks.hasRules, lostCount > 0 else { return }
      SuppressedLeaks.begin()
      for place in 0..<forest.count where isSuppressed(place) {
        countedCount -= 1
        countedByteCount -= UInt64(marking.index.byteCount(forest.block(place)))
      }
    }

    /// Whether a rule matches a block, its head, or one of the nearest on the way between them.
    private func isSuppressed(_ place: UInt32) -> Bool {
      var at = place
      for _ in 0..<64 {
        if SuppressedLeaks.matches(marking.index.cell(forest.block(at)).stack) { return true }
        let parent = forest.parent(at)
        if at == forest.head(at) || parent == BlockEntry.noIndex { return false }
        at = parent
      }
      return SuppressedLeaks.matches(marking.index.cell(forest.block(forest.head(place))).stack)
    }

    func release() {
      forest.release()
      marking.release()
      marking.index.release()
    }

    /// Whether the report is about this block.
    private static func isLost(_ block: UInt32, _ marking: Marking) -> Bool {
      if marking.index.has(BlockIndex.isInherited, block) { return false }
      let isReached = marking.isReached(block)
      if unsafe isReached && state.pointee.leakMode != LeakMode.unfreed { return false }
      let cell = marking.index.cell(block)
      // A thread that did not stop, or goes on by now, may have freed it: then it had its pointer.
      guard cell.state == CellState.live, cell.address == marking.index.start(block) else {
        return false
      }
      return !isReached || UInt32(cell.family) == UInt32(ZMALLOC_FAMILY_ZMALLOC)
    }

    /// Writes the sections `blocks` and `sites`, and marks their stacks.
    func write(_ writer: inout RecordingWriter) {
      writer.begin(.blocks, entryByteCount: MemoryLayout<BlockEntry>.size)
      for place in 0..<forest.count { writer.add(entry(place)) }
      writer.end()
      writeSites(&writer)
    }

    /// Visits the heads of the lost trees: the stack that allocated each.
    func forEachTree(_ visit: (_ stack: UInt32) -> Void) {
      for place in 0..<forest.count where forest.head(place) == place {
        visit(marking.index.cell(forest.block(place)).stack)
      }
    }

    private func entry(_ place: UInt32) -> BlockEntry {
      let cell = marking.index.cell(forest.block(place))
      var entry = BlockEntry(cell)
      entry.parentOffset = forest.offset(place)
      entry.head = forest.head(place)
      entry.parent = forest.parent(place)
      entry.state = forest.state(place)
      if entry.head == place { StackDepot.markAsLeak(cell.stack) }
      StackDepot.mark(cell.stack)
      return entry
    }

    /// Adds up the reachable blocks by stack and mark, in a hash table with open addressing.
    private func writeSites(_ writer: inout RecordingWriter) {
      var capacity: UInt = 16
      let kinds = (unsafe UInt(state.pointee.stackCount)) * UInt(Marks.last + 2 - Marks.first)
      while capacity < min(kinds, UInt(marking.index.count)) * 2 { capacity *= 2 }
      let stride = UInt(MemoryLayout<SiteEntry>.size)
      guard let table = Memory.map(capacity * stride) else { return }
      defer { Memory.unmap(table, capacity * stride) }
      for block in 0..<marking.index.count where !LeakScan.isLost(block, marking) {
        let cell = marking.index.cell(block)
        let isForeign = marking.index.has(BlockIndex.isInherited | BlockIndex.isInternal, block)
        guard !isForeign, cell.stack != 0 else { continue }
        let mark = Marks.number(of: cell.operation)
        var slot = UInt((cell.stack &+ mark) &* 0x9E37_79B1) & (capacity - 1)
        while true {
          let known = Memory.load32(table + slot * stride)
          let isSame = known == cell.stack && Memory.load32(table + slot * stride + 4) == mark
          if known == 0 || isSame { break }
          slot = (slot + 1) & (capacity - 1)
        }
        let at = table + slot * stride
        Memory.store32(at, cell.stack)
        Memory.store32(at + 4, mark)
        Memory.store64(at + 8, Memory.load64(at + 8) + 1)
        Memory.store64(at + 16, Memory.load64(at + 16) + UInt64(cell.byteCount))
      }
      writer.begin(.sites, entryByteCount: Int(stride))
      for slot in 0..<capacity where Memory.load32(table + slot * stride) != 0 {
        let at = table + slot * stride
        StackDepot.mark(Memory.load32(at))
        unsafe writer.add(Memory.pointer(at).load(as: SiteEntry.self))
      }
      writer.end()
    }
  }
#endif
