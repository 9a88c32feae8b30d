// Address space for guarded blocks. A run is the pages of one block and its guard page; it is cut
// from the pool once, keeps its length, and serves one block after the other.
//
//   pool:   | guard | run | run | run ...        no access but for the pages of live blocks
//   run:    | pages of the block | guard |       guard-at=end; at the start it is the reverse
//   slot:   first page:u32 pages:u32 cell:u32 next:u32     what is in a run; the next free run
//
// Beside the slots stand one word a page, its slot, so that a faulting address leads to its block.
#if DEBUG_LAYER
  import CZMalloc

  /// The runs of the pool and who has them.
  @safe
  enum GuardPool {
    /// Pages of the largest pool: 16 GiB.
    ///
    /// Where address space is limited it is smaller.
    private static let mostPages: UInt = 1 << 22
    private static let leastPages: UInt = 1 << 10
    private static let slotByteCount: UInt = 16
    private static let classCount: UInt = 256
    /// Beside a slot's pages: a page that should be closed was opened, since the program goes on.
    private static let opened: UInt32 = 1 << 31

    /// Maps the pool and its tables; false where there is no address space for that.
    static func start(slotLimit: UInt) -> Bool {
      var pages = mostPages
      while pages >= leastPages {
        if let at = unsafe zmalloc_reserve(Int(pages * Memory.pageSize)) {
          let tables = classCount * 4 + slotLimit * slotByteCount + pages * 4
          guard let table = Memory.map(tables) else { return false }
          OwnMappings.add(UInt(bitPattern: at), pages * Memory.pageSize)
          unsafe state.pointee.guardPool = UInt(bitPattern: at)
          unsafe state.pointee.guardPageCount = pages
          unsafe state.pointee.guardTables = table
          unsafe state.pointee.guardSlotLimit = UInt32(slotLimit)
          // The first page stays closed: it is before the first run.
          unsafe state.pointee.guardNextPage = 1
          return true
        }
        pages /= 4
      }
      return false
    }

    static func holds(_ address: UInt) -> Bool {
      unsafe address &- state.pointee.guardPool < state.pointee.guardPageCount * Memory.pageSize
    }

    /// Whether the pool is large enough for a run of so many pages beside others.
    static func hasRoom(_ pageCount: UInt) -> Bool {
      unsafe lengthClass(pageCount).rounded < state.pointee.guardPageCount / 16
    }

    /// Takes a run of at least so many pages; 0 when there is none.
    ///
    /// The lock is held.
    static func take(_ pageCount: UInt) -> UInt32 {
      let (rounded, number) = lengthClass(pageCount)
      let head = unsafe state.pointee.guardTables + number * 4
      let free = Memory.load32(head)
      if free != 0 {
        Memory.store32(head, Memory.load32(slot(free) + 12))
        return free
      }
      let first = unsafe state.pointee.guardNextPage
      let used = unsafe state.pointee.guardSlotCount
      guard unsafe first + rounded <= state.pointee.guardPageCount,
        unsafe used + 1 < state.pointee.guardSlotLimit
      else { return 0 }
      let fresh = used + 1
      unsafe state.pointee.guardNextPage = first + rounded
      unsafe state.pointee.guardSlotCount = fresh
      Memory.store32(slot(fresh), UInt32(first))
      Memory.store32(slot(fresh) + 4, UInt32(rounded))
      for page in first..<(first + rounded) { Memory.store32(pageWord(page), fresh) }
      return fresh
    }

    /// Gives a run back, after it is closed again where a page of it is open.
    ///
    /// One that the kernel does not close is never used again: its pages would not be zeros. The
    /// lock is held.
    static func closeAndGiveBack(_ id: UInt32) {
      Memory.store32(slot(id) + 8, 0)
      let pages = Memory.load32(slot(id) + 4)
      if pages & opened != 0 {
        Memory.store32(slot(id) + 4, pages & ~opened)
        close(id)
        guard Memory.load32(slot(id) + 4) & opened == 0 else { return }
      }
      let (_, number) = lengthClass(pageCount(id))
      let head = unsafe state.pointee.guardTables + number * 4
      Memory.store32(slot(id) + 12, Memory.load32(head))
      Memory.store32(head, id)
    }

    /// The slot whose run holds an address of the pool; 0 for none.
    static func slot(at address: UInt) -> UInt32 {
      guard holds(address) else { return 0 }
      return unsafe Memory.load32(pageWord((address - state.pointee.guardPool) / Memory.pageSize))
    }

    static func start(_ id: UInt32) -> UInt {
      unsafe state.pointee.guardPool + UInt(Memory.load32(slot(id))) * Memory.pageSize
    }

    static func end(_ id: UInt32) -> UInt { start(id) + pageCount(id) * Memory.pageSize }

    static func cell(_ id: UInt32) -> UInt32 { Memory.acquire32(slot(id) + 8) }
    static func setCell(_ id: UInt32, _ cell: UInt32) { Memory.release32(slot(id) + 8, cell) }

    /// Takes access and contents of the whole run away; where the kernel refuses, it is noted.
    static func close(_ id: UInt32) {
      let start = start(id)
      guard unsafe !zmalloc_close_pages(Memory.pointer(start), Int(end(id) - start)) else { return }
      noteOpened(id)
    }

    /// Notes that a page of a run was opened that should be closed.
    static func noteOpened(_ id: UInt32) {
      Memory.store32(slot(id) + 4, Memory.load32(slot(id) + 4) | opened)
    }

    private static func pageCount(_ id: UInt32) -> UInt {
      UInt(Memory.load32(slot(id) + 4) & ~opened)
    }

    private static func slot(_ id: UInt32) -> UInt {
      unsafe state.pointee.guardTables + classCount * 4 + UInt(id) * slotByteCount
    }

    private static func pageWord(_ page: UInt) -> UInt {
      unsafe state.pointee.guardTables + classCount * 4
        + UInt(state.pointee.guardSlotLimit) * slotByteCount + page * 4
    }

    /// Lengths up to 16 pages as they are; above, four classes from one power of two to the next.
    static func lengthClass(_ pageCount: UInt) -> (rounded: UInt, number: UInt) {
      guard pageCount > 16 else { return (pageCount, pageCount) }
      let shift = UInt(64 - (pageCount - 1).leadingZeroBitCount) - 3
      let steps = (pageCount + (1 << shift) - 1) >> shift
      return (steps << shift, 16 + (shift - 2) * 8 + steps)
    }
  }
#endif
