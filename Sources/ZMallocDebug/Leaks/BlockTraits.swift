// What the leak scan has to know of a block beside its place, told as its record is read: later its
// record is far away.
#if DEBUG_LAYER
  import CZMalloc

  /// Tells the marks of blocks for ``BlockIndex``.
  struct BlockTraits {
    private let linker: (start: UInt, end: UInt)?
    private let forkOperation: UInt64
    // Many blocks in a row have one stack.
    private var lastStack: UInt32 = 0
    private var lastIsLinkers = false

    init() {
      let base = RootKind.linker.counts ? zmalloc_linker_base() : 0
      linker = base == 0 ? nil : ModuleTable.range(at: base)
      forkOperation = unsafe state.pointee.forkOperation
    }

    @inline(__always)
    mutating func marks(_ cell: Cell) -> UInt32 {
      var marks: UInt32 = 0
      if UInt32(cell.family) == LiveBlocks.internalFamily { marks |= BlockIndex.isInternal }
      if cell.operation <= forkOperation { marks |= BlockIndex.isInherited }
      let stack = cell.stack
      if stack != lastStack {
        lastStack = stack
        lastIsLinkers = isLinkers(stack)
      }
      return lastIsLinkers && stack != 0 ? marks | BlockIndex.isLinkers : marks
    }

    private func isLinkers(_ stack: UInt32) -> Bool {
      guard let linker, stack != 0 else { return false }
      let first = StackDepot.address(of: stack) + StackDepot.headByteCount
      let caller = UInt(Memory.load64(first))
      return caller >= linker.start && caller < linker.end
    }
  }
#endif
