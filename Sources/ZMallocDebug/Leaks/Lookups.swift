// Words on their way through the index of blocks. A look-up is two loads, each from a place that is
// rarely in a cache: the bucket tells where the entry is. So a word waits twice, first for its
// bucket and then for its entry, while the next ones are read: memory works on sixteen at a time.
//
//   slot: word:u64 place:u64 endIndex:u32 0:u32 0:u64    place: the bucket's address, then the
//                                                        entry's number
//   32 slots, then the counts of words that were added, asked for their entry, and ended
//   2,048: the eight blocks that are read next: start:u64 byteCount:u64
#if DEBUG_LAYER
  import CZMalloc

  /// A ring of words that wait, in mapped memory alone: a thread's stack may be small.
  @safe
  struct Lookups {
    private static let slotCount: UInt = 32
    private static let slotByteCount: UInt = 32
    private static let byteCount: UInt = 4096
    /// How many words are read before one goes a step further.
    private static let distance: UInt = 8

    private let slots: UInt

    init?() {
      guard let at = Memory.map(Lookups.byteCount) else { return nil }
      slots = at
    }

    func release() { Memory.unmap(slots, Lookups.byteCount) }

    /// Where one of the blocks that are read next stands, counted without end.
    @inline(__always)
    func next(_ number: UInt) -> UInt { slots &+ 2048 &+ (number & 7) &* 16 }

    /// Adds a word that may be a pointer.
    ///
    /// - Returns: The block that an earlier word points at: `noBlock` for none, or none yet.
    @inline(__always)
    func add(_ word: UInt, _ index: borrowing BlockIndex) -> UInt32 {
      guard let place = index.place(word) else { return BlockIndex.noBlock }
      let added = count(0)
      let at = slot(added)
      Memory.store64(at, UInt64(word))
      Memory.store64(at &+ 8, UInt64(place.bucket))
      Memory.store32(at &+ 16, place.endIndex)
      unsafe zmalloc_prefetch(Memory.pointer(place.bucket))
      setCount(0, added &+ 1)
      var asked = count(1)
      if added &- asked >= Lookups.distance {
        ask(asked, index)
        asked &+= 1
      }
      return asked &- count(2) > Lookups.distance ? end(index) : BlockIndex.noBlock
    }

    /// The block that the oldest word points at; nil when no word waits.
    func endOldest(_ index: borrowing BlockIndex) -> UInt32? {
      if count(2) == count(0) { return nil }
      while count(1) != count(0) { ask(count(1), index) }
      return end(index)
    }

    @inline(__always)
    private func ask(_ number: UInt, _ index: borrowing BlockIndex) {
      let at = slot(number) &+ 8
      let first = Memory.load32(UInt(Memory.load64(at)))
      Memory.store64(at, UInt64(first))
      index.ask(for: first)
      setCount(1, number &+ 1)
    }

    @inline(__always)
    private func end(_ index: borrowing BlockIndex) -> UInt32 {
      let number = count(2)
      let at = slot(number)
      setCount(2, number &+ 1)
      return index.find(
        UInt(Memory.load64(at)), from: UInt32(truncatingIfNeeded: Memory.load64(at &+ 8)),
        to: Memory.load32(at &+ 16))
    }

    @inline(__always)
    private func slot(_ number: UInt) -> UInt {
      slots &+ (number & (Lookups.slotCount - 1)) &* Lookups.slotByteCount
    }

    @inline(__always)
    private func count(_ kind: UInt) -> UInt {
      UInt(Memory.load64(slots &+ Lookups.slotCount &* Lookups.slotByteCount &+ kind &* 8))
    }

    @inline(__always)
    private func setCount(_ kind: UInt, _ value: UInt) {
      Memory.store64(
        slots &+ Lookups.slotCount &* Lookups.slotByteCount &+ kind &* 8, UInt64(value))
    }
  }
#endif
