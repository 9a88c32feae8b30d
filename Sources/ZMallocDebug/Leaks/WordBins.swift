// Words that may be pointers, on their way to the index of blocks, by where they point. A scan that
// follows each word at once jumps about the heap, and each jump costs a walk of the page table: the
// larger the heap, the more. A bin of words that point into one part of the heap costs a walk for
// each page of that part.
//
//   shift:u64                     how far a bucket's number is shifted to be a bin's
//   capacity:u64                  how many words a bin holds
//   byteCount:u64                 of all this
//   4 times held:u64              a bit for each bin that holds words
//   256 times count:u64           how many words each bin holds
//   2,112: bins of slots: word:u64 place:u64
//                                 place: the number of the word's bucket, then of its entry
#if DEBUG_LAYER
  import CZMalloc

  /// Words that wait, in mapped memory alone: a thread's stack may be small.
  @safe
  struct WordBins {
    private static let binLimit: UInt = 256
    /// How many blocks are worth a bin: a processor knows the places of about as many pages.
    private static let blocksPerBin: UInt = 1 << 15
    private static let slotByteCount: UInt = 16
    private static let heldOffset: UInt = 24
    private static let countsOffset: UInt = 56
    private static let slotsOffset: UInt = 2112

    private let books: UInt

    /// Nil when there is no memory for them.
    init?(_ index: borrowing BlockIndex) {
      let wanted = min(WordBins.binLimit, UInt(index.count) / WordBins.blocksPerBin + 1)
      var shift: UInt = 0
      while index.bucketCount >> shift >= wanted { shift += 1 }
      let binCount = index.bucketCount >> shift + 1
      // Each page of a bin's part should be pointed at by several words. A bin alone saves no
      // walks: all is one page.
      let capacity = wanted == 1 ? 124 : UInt(16384)
      let byteCount = WordBins.slotsOffset + binCount * capacity * WordBins.slotByteCount
      guard let at = Memory.map(byteCount) else { return nil }
      books = at
      Memory.store64(at, UInt64(shift))
      Memory.store64(at + 8, UInt64(capacity))
      Memory.store64(at + 16, UInt64(byteCount))
    }

    func release() { Memory.unmap(books, UInt(Memory.load64(books + 16))) }

    /// Adds a word that may be a pointer.
    ///
    /// - Returns: Its bin when that is full now.
    @inline(__always)
    func add(_ word: UInt, _ index: borrowing BlockIndex) -> UInt? {
      guard let bucket = index.bucket(word) else { return nil }
      let bin = bucket &>> UInt(Memory.load64(books))
      let count = count(bin)
      let at = firstSlot(bin) &+ count &* WordBins.slotByteCount
      Memory.store64(at, UInt64(word))
      Memory.store64(at &+ 8, UInt64(bucket))
      if count == 0 { setHeld(bin, true) }
      setCount(bin, count &+ 1)
      return count &+ 1 == capacity ? bin : nil
    }

    /// A bin that holds words; nil when none does.
    var next: UInt? {
      for part in 0..<(WordBins.binLimit / 64) {
        let held = Memory.load64(books &+ WordBins.heldOffset &+ part &* 8)
        if held != 0 { return part &* 64 &+ UInt(held.trailingZeroBitCount) }
      }
      return nil
    }

    /// Empties a bin: visits the blocks that its words point at.
    ///
    /// A look-up is two loads, each from a place that is rarely in a cache: the bucket tells where
    /// the entry is. So each word's bucket is asked for sixteen words ahead, and its entry eight.
    @inline(__always)
    func empty(_ bin: UInt, _ index: borrowing BlockIndex, _ visit: (_ block: UInt32) -> Void) {
      let first = firstSlot(bin)
      let count = count(bin)
      setCount(bin, 0)
      setHeld(bin, false)
      var number: UInt = 0
      while number < count &+ 16 {
        if number < count { index.ask(forBucket: place(first, number)) }
        if number >= 8 && number < count &+ 8 {
          let entry = index.firstEntry(place(first, number &- 8))
          index.ask(forEntry: entry)
          setPlace(first, number &- 8, entry)
        }
        if number >= 16 {
          let at = first &+ (number &- 16) &* WordBins.slotByteCount
          let entry = UInt32(truncatingIfNeeded: Memory.load64(at &+ 8))
          let block = index.find(UInt(Memory.load64(at)), from: entry)
          if block != BlockIndex.noBlock { visit(block) }
        }
        number &+= 1
      }
    }

    @inline(__always)
    private func place(_ first: UInt, _ number: UInt) -> UInt {
      UInt(Memory.load64(first &+ number &* WordBins.slotByteCount &+ 8))
    }

    @inline(__always)
    private func setPlace(_ first: UInt, _ number: UInt, _ entry: UInt32) {
      Memory.store64(first &+ number &* WordBins.slotByteCount &+ 8, UInt64(entry))
    }

    @inline(__always)
    private func setHeld(_ bin: UInt, _ holds: Bool) {
      let at = books &+ WordBins.heldOffset &+ (bin &>> 6) &* 8
      let bit: UInt64 = 1 &<< UInt64(bin & 63)
      Memory.store64(at, holds ? Memory.load64(at) | bit : Memory.load64(at) & ~bit)
    }

    private var capacity: UInt {
      @inline(__always) get { UInt(Memory.load64(books &+ 8)) }
    }

    @inline(__always)
    private func firstSlot(_ bin: UInt) -> UInt {
      books &+ WordBins.slotsOffset &+ bin &* capacity &* WordBins.slotByteCount
    }

    @inline(__always)
    private func count(_ bin: UInt) -> UInt {
      UInt(Memory.load64(books &+ WordBins.countsOffset &+ bin &* 8))
    }

    @inline(__always)
    private func setCount(_ bin: UInt, _ value: UInt) {
      Memory.store64(books &+ WordBins.countsOffset &+ bin &* 8, UInt64(value))
    }
  }
#endif
