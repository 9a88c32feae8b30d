// Where a guarded block stands in its run.
//
//   at the end     | room | prefix, 16 | the caller's bytes | gap | guard page |
//   at the start   | guard page | the caller's bytes | gap |
//
// The gap is what the alignment leaves, less than it; it holds the canary to its last byte.
#if DEBUG_LAYER
  /// The place of a block, from its size and alignment.
  struct GuardPlace {
    let address: UInt
    let byteCount: UInt
    let isAtStart: Bool

    /// Pages of a run that has room for a block wherever the run begins.
    static func pageCount(_ byteCount: UInt, alignment: UInt, isAtStart: Bool) -> UInt {
      let page = Memory.pageSize
      // Only an alignment beyond a page needs room to choose from.
      let slack = alignment > page ? alignment : 0
      let before = isAtStart ? 0 : BlockLayout.prefixByteCount
      let tail = isAtStart || alignment > page ? 0 : (0 &- byteCount) & (alignment - 1)
      // A block of no bytes has a page too: its address is no other run's.
      return max(1, (before + byteCount + tail + slack + page - 1) / page) + 1
    }

    /// The place in a run.
    init(_ start: UInt, _ end: UInt, _ byteCount: UInt, alignment: UInt, isAtStart: Bool) {
      let page = Memory.pageSize
      self.byteCount = byteCount
      self.isAtStart = isAtStart
      if isAtStart {
        address = (start + page + alignment - 1) & ~(alignment - 1)
      } else if alignment > page {
        address = (start + BlockLayout.prefixByteCount + alignment - 1) & ~(alignment - 1)
      } else {
        address = (end - page - byteCount) & ~(alignment - 1)
      }
    }

    /// The place of a block that has one.
    init(_ cell: Cell) {
      address = cell.address
      byteCount = cell.byteCount
      isAtStart = unsafe state.pointee.guardsStart != 0
    }

    /// The first page with access.
    var dataStart: UInt {
      let first = isAtStart ? address : address - BlockLayout.prefixByteCount
      return first & ~(Memory.pageSize - 1)
    }

    /// The page behind the last one with access.
    var dataEnd: UInt {
      (address + byteCount + Memory.pageSize - 1) & ~(Memory.pageSize - 1)
    }

    var end: UInt { address + byteCount }
    var gap: UInt { dataEnd - end }
  }
#endif
