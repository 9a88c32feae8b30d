// A cell: 32 bytes of metadata in an arena far from any caller's byte. A record is one cell; a side
// record, which only a freed block has, is another, from the same arena.
//
//            63          48 47                                  0
//   record   |ign.| thread | address                            |   word 0
//            | family|align| byte count                         |   word 1
//            | fault before| operation                          |   word 2
//            | held | link : 28 | state : 3 | stack : 32      |   word 3
//
//   side     | operation of the free                            |   word 0
//            | nanoseconds since the start                      |   word 1
//            | thread : 32             | free stack : 32        |   word 2
//            | flags : 29 | state : 3  | 0                        |   word 3
//
// Limits: 2^25 cells (1,024 chunks of 32,768), 48-bit addresses and sizes, 32,767 threads (the
// later ones share the last number).
#if DEBUG_LAYER
  import CZMalloc

  /// What a cell is used for.
  enum CellState {
    static let free: UInt32 = 0
    static let live: UInt32 = 1
    static let quarantined: UInt32 = 2
    static let released: UInt32 = 3
    static let side: UInt32 = 7
    static let mask: UInt32 = 7
    /// Beside the link of a live record: a thread looks at the block (`Holding.swift`).
    static let held: UInt32 = 1 << 31
  }

  /// A cell in use as a record.
  @safe
  struct Cell {
    let id: UInt32
    let at: UInt

    static let byteCount: UInt = 32
    static let low48: UInt64 = 0xFFFF_FFFF_FFFF
    static let threadLimit: UInt32 = 32767
    /// Beside the thread's number: the block and what it holds are never lost, as its program says.
    static let ignoredMark: UInt32 = 1 << 15

    @inline(__always)
    init(id: UInt32) {
      self.init(id: id, at: CellArena.address(of: id))
    }

    /// A cell that stands elsewhere: for tests.
    @inline(__always)
    init(id: UInt32, at: UInt) {
      self.id = id
      self.at = at
    }

    var address: UInt { UInt(Memory.load64(at) & Cell.low48) }
    var thread: UInt32 { UInt32(Memory.load64(at) >> 48) & ~Cell.ignoredMark }
    var isIgnored: Bool { Memory.load64(at) >> 63 != 0 }
    var byteCount: UInt { UInt(Memory.load64(at + 8) & Cell.low48) }
    var alignmentLog2: UInt8 { UInt8(truncatingIfNeeded: Memory.load64(at + 8) >> 48) }
    var family: UInt8 { UInt8(truncatingIfNeeded: Memory.load64(at + 8) >> 56) }
    var operation: UInt64 { Memory.load64(at + 16) & Cell.low48 }
    var faultBefore: UInt32 { UInt32(Memory.load64(at + 16) >> 48) }
    var stack: UInt32 { Memory.load32(at + 24) }
    var status: UInt32 { Memory.acquire32(at + 28) }
    var state: UInt32 { status & CellState.mask }
    var link: UInt32 { (status & ~CellState.held) >> 3 }
    var end: UInt { address + byteCount }
    var layout: BlockLayout { BlockLayout(byteCount: byteCount, alignmentLog2: alignmentLog2) }
    var base: UInt { address - layout.prefixDistance }

    /// Writes a record, its state last.
    ///
    /// `link` is the slot of a guarded block.
    @inline(__always)
    func write(_ block: NewBlock, link: UInt32 = 0) {
      Memory.store64(at, UInt64(block.address) | UInt64(block.thread) << 48)
      let traits = UInt64(block.alignmentLog2) << 48 | UInt64(block.family) << 56
      Memory.store64(at + 8, UInt64(block.byteCount) | traits)
      let fault = UInt64(min(block.faultBefore, 0xFFFF))
      Memory.store64(at + 16, (block.operation & Cell.low48) | fault << 48)
      Memory.store32(at + 24, block.stack)
      Memory.release32(at + 28, CellState.live | link << 3)
    }

    /// Moves from one state to another unless somebody else did.
    @inline(__always)
    func change(from old: UInt32, to new: UInt32, link: UInt32) -> Bool {
      Memory.swap32(at + 28, from: old, to: new | link << 3)
    }

    /// Says of a live block that it is never lost.
    func ignore() { Memory.store64(at, Memory.load64(at) | 1 << 63) }

    func setState(_ new: UInt32, link: UInt32) { Memory.release32(at + 28, new | link << 3) }
  }

  /// What a record says of a block at its start.
  struct NewBlock {
    var address: UInt
    var byteCount: UInt
    var alignmentLog2: UInt8
    var family: UInt8
    /// The number, `Cell.threadLimit` at most, and the mark of an ignored block.
    var thread: UInt32
    var faultBefore: UInt32
    var operation: UInt64
    var stack: UInt32
  }

  /// A cell in use as a side record.
  @safe
  struct SideCell {
    let id: UInt32
    let at: UInt

    /// The block's pages have no access while it is in quarantine.
    static let forbidden: UInt32 = 1
    /// Its bytes were filled when it was freed.
    static let filled: UInt32 = 2
    /// It was not freed: realloc moved it.
    static let moved: UInt32 = 4
    /// Where a stack stands above the flags: there are 2^28 ids of stacks.
    static let flagBitCount: UInt32 = 3
    /// It is a guarded block, whose pages are closed.
    static let guarded: UInt32 = 8

    @inline(__always)
    init(id: UInt32) {
      self.id = id
      at = CellArena.address(of: id)
    }

    var operation: UInt64 { Memory.load64(at) }
    var time: UInt64 { Memory.load64(at + 8) }
    var stack: UInt32 { Memory.load32(at + 16) }
    var thread: UInt32 { Memory.load32(at + 20) }
    var flags: UInt32 { Memory.load32(at + 28) >> 3 }

    /// Says that nobody knows any more what the block holds: its pages were opened.
    func forgetContents() { setFlags(0) }

    /// Says what became of the block's bytes, once that is done.
    func setFlags(_ flags: UInt32) { Memory.release32(at + 28, CellState.side | flags << 3) }

    func write(operation: UInt64, time: UInt64, stack: UInt32, thread: UInt32, flags: UInt32) {
      Memory.store64(at, operation)
      Memory.store64(at + 8, time)
      Memory.store32(at + 16, stack)
      Memory.store32(at + 20, thread)
      Memory.store32(at + 24, 0)
      setFlags(flags)
    }
  }
#endif
