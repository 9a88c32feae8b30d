// The unreached blocks as trees: a root that nothing points at, what it holds, and cycles, which
// have no root but one member that stands for them. One entry of a report is one tree.
//
// 1. A lost block that no other lost block points at is a root, or a cycle when it holds its own
//    address; it claims what it leads to.
// 2. What is left leads in circles. Blocks in the reverse order in which a depth-first search
//    leaves them: the first one not claimed lies in a circle that no other leads to (Kosaraju,
//    Sharir). It claims what it leads to.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// The lost blocks and who holds whom.
  ///
  /// Per lost block 32 bytes: `block:u32 head:u32 parent:u32 state:u8 hasParent:u8 seen:u8 0
  /// offset:u64 cursor:u64`.
  @safe
  struct OwnershipForest {
    private static let nodeByteCount: UInt = 32
    let index: BlockIndex
    private(set) var count: UInt32 = 0
    private var scanner: MemoryScanner
    private let nodes: UInt
    private let capacity: UInt
    /// From a block's index to its place here plus one.
    private let places: UInt
    private let work: UInt
    private let order: UInt

    init?(_ index: BlockIndex, capacity lost: UInt32) {
      capacity = UInt(max(1, lost))
      let blocks = UInt(max(1, index.count)) * 4
      guard let scanner = MemoryScanner() else { return nil }
      self.index = index
      self.scanner = scanner
      nodes = Memory.map(capacity * OwnershipForest.nodeByteCount) ?? 0
      places = Memory.map(blocks) ?? 0
      work = Memory.map(capacity * 4) ?? 0
      order = Memory.map(capacity * 4) ?? 0
      guard nodes != 0, places != 0, work != 0, order != 0 else {
        release()
        return nil
      }
    }

    func release() {
      scanner.release()
      Memory.unmap(nodes, capacity * OwnershipForest.nodeByteCount)
      Memory.unmap(places, UInt(max(1, index.count)) * 4)
      Memory.unmap(work, capacity * 4)
      Memory.unmap(order, capacity * 4)
    }

    private func node(_ place: UInt32) -> UInt {
      nodes + UInt(place) * OwnershipForest.nodeByteCount
    }
    func block(_ place: UInt32) -> UInt32 { Memory.load32(node(place)) }
    func head(_ place: UInt32) -> UInt32 { Memory.load32(node(place) + 4) }
    func parent(_ place: UInt32) -> UInt32 { Memory.load32(node(place) + 8) }
    func state(_ place: UInt32) -> UInt8 { Memory.load8(node(place) + 12) }
    func offset(_ place: UInt32) -> UInt64 { Memory.load64(node(place) + 16) }
    private func operation(_ place: UInt32) -> UInt64 { index.cell(block(place)).operation }

    /// Adds a lost block.
    mutating func add(_ block: UInt32) {
      let at = node(count)
      Memory.store32(at, block)
      Memory.store32(at + 4, count)
      Memory.store32(at + 8, BlockEntry.noIndex)
      count += 1
      Memory.store32(places + UInt(block) * 4, count)
    }

    /// Calls for every lost block that a lost block points at, itself left out.
    @inline(__always)
    private mutating func forEachHeld(
      _ place: UInt32, _ visit: (_ held: UInt32, _ offset: UInt) -> Void
    ) {
      let index = index
      let places = places
      let own = block(place)
      let start = index.start(own)
      let size = index.byteCount(own)
      let weak = SwiftSideTable.weakByteCount(start, size)
      scanner.forEachWord(start + weak, start + size) { offset, word in
        let block = index.findSeldom(word)
        guard block != BlockIndex.noBlock, block != own else { return }
        let held = Memory.load32(places + UInt(block) * 4)
        if held != 0 { visit(held - 1, offset + weak) }
      }
    }

    /// Finds the trees.
    ///
    /// - Parameter reached: Given where all has to be freed: what is reached stands for itself, as
    ///   `unfreed`.
    mutating func grow(reached: Marking?) {
      let nodes = nodes
      if let reached {
        for place in 0..<count where reached.isReached(block(place)) {
          Memory.store8(node(place) + 12, BlockState.unfreed.rawValue)
        }
      }
      for place in 0..<count where state(place) == 0 {
        forEachHeld(place) { held, _ in
          Memory.store8(nodes + UInt(held) * OwnershipForest.nodeByteCount + 13, 1)
        }
      }
      for place in 0..<count where state(place) == 0 && Memory.load8(node(place) + 13) == 0 {
        claim(place, holdsItself(place) ? .cycle : .root)
      }
      var left = leaveOrder()
      while left > 0 {
        left -= 1
        let place = Memory.load32(order + UInt(left) * 4)
        if state(place) == 0 { claimCycle(place) }
      }
    }

    /// Whether a lost block holds its own address, as an object that retains itself does.
    ///
    /// A pointer into its middle is no circle: a short string keeps one to its own characters.
    private mutating func holdsItself(_ place: UInt32) -> Bool {
      let start = index.start(block(place))
      var holds = false
      scanner.forEachWord(start, start + index.byteCount(block(place))) { _, word in
        if word == start { holds = true }
      }
      return holds
    }

    /// Gives a tree its head, and the head everything that it leads to.
    @discardableResult
    private mutating func claim(_ head: UInt32, _ state: BlockState) -> UInt32 {
      let nodes = nodes
      let work = work
      Memory.store8(node(head) + 12, state.rawValue)
      Memory.store32(node(head) + 4, head)
      Memory.store32(node(head) + 8, BlockEntry.noIndex)
      Memory.store32(work, head)
      var count: UInt = 1
      var done: UInt = 0
      while done < count {
        let place = Memory.load32(work + done * 4)
        done += 1
        forEachHeld(place) { held, offset in
          let at = nodes + UInt(held) * OwnershipForest.nodeByteCount
          // The first pointer back to a circle's head closes the circle.
          if held == head && Memory.load32(at + 8) == BlockEntry.noIndex && state == .cycle {
            Memory.store32(at + 8, place)
            Memory.store64(at + 16, UInt64(offset))
          }
          guard Memory.load8(at + 12) == 0 else { return }
          Memory.store8(at + 12, BlockState.held.rawValue)
          Memory.store32(at + 4, head)
          Memory.store32(at + 8, place)
          Memory.store64(at + 16, UInt64(offset))
          Memory.store32(work + count * 4, held)
          count += 1
        }
      }
      return UInt32(count)
    }

    /// Claims a circle, and lets its oldest block stand for it: the same one in every run.
    private mutating func claimCycle(_ place: UInt32) {
      let size = claim(place, .cycle)
      var oldest = place
      for number in 0..<size {
        let member = Memory.load32(work + UInt(number) * 4)
        if operation(member) < operation(oldest) { oldest = member }
      }
      guard oldest != place else { return }
      unclaim(size)
      let again = claim(oldest, .cycle)
      if again == size { return }
      // The oldest one is held by the circle and no part of it.
      unclaim(again)
      claim(place, .cycle)
    }

    private func unclaim(_ size: UInt32) {
      for number in 0..<size {
        Memory.store8(node(Memory.load32(work + UInt(number) * 4)) + 12, 0)
      }
    }

    /// The unclaimed blocks in the order in which a depth-first search leaves them; how many there
    /// are.
    private mutating func leaveOrder() -> UInt32 {
      var left: UInt32 = 0
      for place in 0..<count where state(place) == 0 && Memory.load8(node(place) + 14) == 0 {
        var depth: UInt = 1
        Memory.store32(work, place)
        Memory.store8(node(place) + 14, 1)
        while depth > 0 {
          let top = Memory.load32(work + (depth - 1) * 4)
          if let next = nextUnseen(top) {
            Memory.store8(node(next) + 14, 1)
            Memory.store32(work + depth * 4, next)
            depth += 1
          } else {
            depth -= 1
            Memory.store32(order + UInt(left) * 4, top)
            left += 1
          }
        }
      }
      return left
    }

    /// The next unclaimed block that this one points at and the search has not seen; moves its
    /// cursor on.
    private mutating func nextUnseen(_ place: UInt32) -> UInt32? {
      let own = block(place)
      let start = index.start(own)
      let end = start + index.byteCount(own)
      let weak = SwiftSideTable.weakByteCount(start, end - start)
      var cursor = max(weak, UInt(Memory.load64(node(place) + 24)))
      while start + cursor + 8 <= end {
        var word: UInt64 = 0
        let isThere = unsafe zmalloc_probe_load(Memory.pointer(start + cursor), &word)
        cursor += 8
        let address =
          SwiftSideTable.address(word, at: start + cursor - 8) ?? MemoryScanner.address(word)
        guard isThere, address > 65535, address < 1 << 47 else { continue }
        let block = index.find(address)
        guard block != BlockIndex.noBlock, block != own else { continue }
        let held = Memory.load32(places + UInt(block) * 4)
        guard held != 0, state(held - 1) == 0, Memory.load8(node(held - 1) + 14) == 0 else {
          continue
        }
        Memory.store64(node(place) + 24, UInt64(cursor))
        return held - 1
      }
      Memory.store64(node(place) + 24, UInt64(cursor))
      return nil
    }
  }
#endif
