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
    /// Where the stacks are, meanwhile.
    var stacks: StackRanges?

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

    /// Takes one block for reached without reading it: part of what it holds is dead.
    func keep(_ block: UInt32) { Memory.store8(marks + UInt(block), 1) }

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
    /// A block's bytes are asked for when it comes off the list, and read up to seven others later:
    /// memory is slower than the scan.
    mutating func drain() {
      var asked = InlineArray<8, UInt32>(repeating: 0)
      var first = 0
      var count = 0
      while true {
        while count < 8 && pendingCount > 0 {
          pendingCount -= 1
          let block = Memory.load32(pending + pendingCount * 4)
          ask(for: block)
          asked[(first + count) & 7] = block
          count += 1
        }
        guard count > 0 else { return }
        let block = asked[first]
        first = (first + 1) & 7
        count -= 1
        let start = index.start(block)
        let size = index.byteCount(block)
        scan(start + SwiftSideTable.weakByteCount(start, size), start + size)
      }
    }

    private func ask(for block: UInt32) {
      let start = index.start(block)
      unsafe zmalloc_prefetch(Memory.pointer(start))
      unsafe zmalloc_prefetch(Memory.pointer(start + 64))
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
