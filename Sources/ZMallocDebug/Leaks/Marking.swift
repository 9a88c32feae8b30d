// Reaching: from the roots through every block that a word of a reached block points at. A work
// list instead of recursion: a list of a million blocks would be a million frames.
#if DEBUG_LAYER
  import CZMalloc

  /// Which blocks are reached.
  @safe
  struct Marking {
    let index: BlockIndex
    private(set) var scanner: MemoryScanner
    /// A byte a block: 1 when something reaches it.
    private let marks: UInt
    /// Reached blocks whose bytes were not read yet.
    private let pending: UInt
    private var pendingCount: UInt = 0
    /// Who knows which pages hold anything, while the roots are scanned.
    var pages: TouchedPages?

    init?(_ index: BlockIndex) {
      let count = UInt(max(1, index.count))
      guard let scanner = MemoryScanner() else { return nil }
      self.index = index
      self.scanner = scanner
      marks = Memory.map(count) ?? 0
      pending = Memory.map(count * 4) ?? 0
      guard marks != 0, pending != 0 else {
        release()
        return nil
      }
    }

    func release() {
      let count = UInt(max(1, index.count))
      scanner.release()
      Memory.unmap(marks, count)
      Memory.unmap(pending, count * 4)
    }

    func isReached(_ block: UInt32) -> Bool { Memory.load8(marks + UInt(block)) != 0 }

    /// Takes every block that the words of a range point at for reached.
    mutating func scan(_ start: UInt, _ end: UInt) {
      guard end > start else { return }
      let index = index
      let marks = marks
      let pending = pending
      var count = pendingCount
      scanner.forEachWord(start, end) { _, word in
        let block = index.find(word)
        guard block != BlockIndex.noBlock, Memory.load8(marks + UInt(block)) == 0 else { return }
        Memory.store8(marks + UInt(block), 1)
        Memory.store32(pending + count * 4, block)
        count += 1
      }
      pendingCount = count
    }

    /// Takes one block for reached.
    mutating func reach(_ block: UInt32) {
      guard block != BlockIndex.noBlock, Memory.load8(marks + UInt(block)) == 0 else { return }
      Memory.store8(marks + UInt(block), 1)
      Memory.store32(pending + pendingCount * 4, block)
      pendingCount += 1
    }

    /// Takes for reached what another thread allocated last and nothing reaches yet: its pointer
    /// may be in a register alone.
    ///
    /// A thread that waits has put it somewhere by now, or lost it; so has one that went on to
    /// allocate. On a loaded machine a thread may need a moment to come to its wait.
    mutating func reachNewest() {
      let mine = zmalloc_thread_id()
      for index in 0..<(unsafe state.pointee.threadCount) {
        let thread = unsafe ThreadList.thread(index)
        guard unsafe thread.pointee.in_use != 0, unsafe thread.pointee.kernel_id != mine else {
          continue
        }
        let newest = unsafe thread.pointee.newest
        guard CellArena.contains(newest) else { continue }
        let block = self.index.find(Cell(id: newest).address)
        guard block != BlockIndex.noBlock, !isReached(block) else { continue }
        if unsafe Marking.isInFlight(thread, newest) { reach(block) }
      }
    }

    /// Hundredths of a second that a running thread is given to come to rest.
    private static let patience = 30

    private static func isInFlight(_ thread: ThreadState, _ newest: UInt32) -> Bool {
      for _ in 0..<patience {
        guard unsafe zmalloc_load32(&thread.pointee.newest) == newest,
          Cell(id: newest).state == CellState.live,
          unsafe zmalloc_thread_is_running(thread.pointee.kernel_id)
        else { return false }
        zmalloc_pause()
      }
      return true
    }

    /// Reads reached blocks until none is left.
    mutating func drain() {
      while pendingCount > 0 {
        pendingCount -= 1
        let block = Memory.load32(pending + pendingCount * 4)
        let start = index.start(block)
        let size = index.byteCount(block)
        scan(start + SwiftSideTable.weakByteCount(start, size), start + size)
      }
    }

    /// Scans a range except for the blocks in it.
    mutating func scanOutsideBlocks(_ start: UInt, _ end: UInt) {
      guard end > start else { return }
      var low: UInt32 = 0
      var high = index.count
      while low < high {
        let middle = low + (high - low) / 2
        if index.start(middle) + index.byteCount(middle) <= start {
          low = middle + 1
        } else {
          high = middle
        }
      }
      var at = start
      while low < index.count && index.start(low) < end {
        scan(at, min(end, index.start(low)))
        at = max(at, index.start(low) + index.byteCount(low))
        low += 1
      }
      scan(at, end)
    }
  }
#endif
