// Reaching: from the roots through every block that a word of a reached block points at. A work
// list instead of recursion: a list of a million blocks would be a million frames.
#if DEBUG_LAYER
  import CZMalloc

  /// Which blocks are reached.
  @safe
  struct Marking {
    let index: BlockIndex
    private(set) var scanner: MemoryScanner
    private let bins: WordBins
    /// Reached blocks whose bytes were not read yet: `start:u64 byteCount:u64`.
    ///
    /// Behind room for all of them, the sixteen that are read next.
    private let pending: UInt
    private var pendingCount: UInt = 0
    /// Who knows which pages hold anything, while the roots are scanned.
    var pages: TouchedPages?
    /// Where the stacks are, meanwhile.
    var stacks: StackRanges?

    init?(_ index: BlockIndex) {
      guard let bins = WordBins(index) else { return nil }
      guard let scanner = MemoryScanner(), let pending = Memory.map(Marking.byteCount(index)) else {
        bins.release()
        return nil
      }
      self.index = index
      self.scanner = scanner
      self.bins = bins
      self.pending = pending
    }

    func release() {
      scanner.release()
      bins.release()
      Memory.unmap(pending, Marking.byteCount(index))
    }

    private static func byteCount(_ index: BlockIndex) -> UInt { (UInt(index.count) + 16) * 16 }

    func isReached(_ block: UInt32) -> Bool { index.has(BlockIndex.isReached, block) }

    /// Takes every block that the words of a range point at for reached, most of them in the next
    /// ``drain()``.
    mutating func scan(_ start: UInt, _ end: UInt) {
      guard end > start else { return }
      let bins = bins
      var count = pendingCount
      let index = index
      let pending = pending
      scanner.forEachWord(start, end) { _, word in
        guard let full = bins.add(word, index) else { return }
        count = Marking.empty(full, bins, index, pending, count)
      }
      pendingCount = count
    }

    /// Takes the blocks that a bin's words point at for reached.
    ///
    /// - Returns: How many blocks are pending now.
    private static func empty(
      _ bin: UInt, _ bins: WordBins, _ index: BlockIndex, _ pending: UInt, _ pendingCount: UInt
    ) -> UInt {
      var count = pendingCount
      bins.empty(bin, index) { block in
        guard index.reach(block) else { return }
        note(block, index, pending &+ count &* 16)
        count &+= 1
      }
      return count
    }

    /// Notes where the words of a range stand that point at blocks.
    mutating func noteSlots(_ start: UInt, _ end: UInt) {
      guard end > start else { return }
      let index = index
      scanner.forEachWord(start, end) { offset, word in
        let block = index.findSeldom(word)
        if block != BlockIndex.noBlock { RootSlots.add(start + offset, block, index) }
      }
    }

    /// Takes one block for reached.
    mutating func reach(_ block: UInt32) {
      guard block != BlockIndex.noBlock, index.reach(block) else { return }
      Marking.note(block, index, pending + pendingCount * 16)
      pendingCount += 1
    }

    @inline(__always)
    private static func note(_ block: UInt32, _ index: BlockIndex, _ at: UInt) {
      Memory.store64(at, UInt64(index.start(block)))
      Memory.store64(at &+ 8, UInt64(index.byteCount(block)))
    }

    /// Takes one block for reached without reading it: part of what it holds is dead.
    func keep(_ block: UInt32) { _ = index.reach(block) }

    /// Takes for reached what threads allocated last that did not stop, and nothing reaches: its
    /// pointer may be in a register alone.
    mutating func reachNewest(_ world: World) {
      for index in 0..<world.count where world.isSilent(index) {
        guard let thread = unsafe ThreadList.find(kernelID: world[index].kernel_id) else {
          continue
        }
        let newest = unsafe thread.pointee.newest
        if CellArena.contains(newest) { reach(self.index.find(Cell(id: newest).address)) }
      }
    }

    /// Reads reached blocks until none is left.
    ///
    /// A block's bytes are asked for when it comes off the list, and read up to fifteen others
    /// later: memory is slower than the scan.
    mutating func drain() {
      // Not in an array of this frame: a thread's stack may be small.
      var read: UInt = 0
      var asked: UInt = 0
      while true {
        while asked - read < 16 && (pendingCount > 0 || (asked == read && emptyBin())) {
          pendingCount -= 1
          let from = pending + pendingCount * 16
          let start = Memory.load64(from)
          let byteCount = Memory.load64(from + 8)
          Marking.ask(for: UInt(start), UInt(byteCount))
          Memory.store64(next(asked), start)
          Memory.store64(next(asked) + 8, byteCount)
          asked += 1
        }
        guard asked > read else { return }
        let start = UInt(Memory.load64(next(read)))
        let byteCount = UInt(Memory.load64(next(read) + 8))
        read += 1
        scan(start + SwiftSideTable.weakByteCount(start, byteCount), start + byteCount)
      }
    }

    /// Empties bins until one of them reaches a block; false when none does.
    private mutating func emptyBin() -> Bool {
      while let bin = bins.next {
        pendingCount = Marking.empty(bin, bins, index, pending, pendingCount)
        if pendingCount > 0 { return true }
      }
      return false
    }

    /// Where one of the blocks that are read next stands, counted without end.
    private func next(_ number: UInt) -> UInt {
      pending &+ (UInt(index.count) &+ number & 15) &* 16
    }

    private static func ask(for start: UInt, _ byteCount: UInt) {
      let end = start + min(byteCount, 256)
      var at = start & ~63
      while at < end {
        unsafe zmalloc_prefetch(Memory.pointer(at))
        at += 64
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
