// How far an overflow went: its own canary says nothing past its end, the prefix of the next block
// does.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// The reach of an overflow beyond the block's own canary.
  @safe
  enum Extent {
    /// Between the end of a canary and the next prefix lies libc's header, or the rest of a page.
    private static let gapLimit: UInt = 4096 + 32

    /// Follows damage that fills a block's rear canary into the next block.
    static func follow(_ damage: CanaryDamage, _ cell: Cell, _ entry: inout ViolationEntry) {
      // Around a guarded block there are pages that nobody may read.
      guard damage.end == cell.end + cell.layout.canaryByteCount, !GuardPool.holds(cell.address),
        let next = next(above: cell, from: damage.end), !GuardPool.holds(next.address)
      else { return }
      let word = Prefix.word(
        id: next.id, alignmentLog2: next.alignmentLog2, kind: Prefix.recorded)
      let canary = Canary(address: next.address, byteCount: next.byteCount)
      let ofCanary = unsafe state.pointee.canaries != 0 ? canary.frontDamage(next.address) : nil
      guard let last = ofCanary ?? Canary.damage(next.address - 16, 8, word) else { return }
      entry.changedByteCount = UInt64(last.end - damage.first)
      // What the next block's own bytes were nobody knows.
      entry.isAtLeast = last.end == next.address ? 1 : 0
    }

    private static func next(above cell: Cell, from end: UInt) -> Cell? {
      var nearest: Cell?
      for id in 1..<max(1, unsafe state.pointee.nextCell) {
        let other = Cell(id: id)
        guard other.state == CellState.live || other.state == CellState.quarantined,
          other.address >= end + BlockLayout.prefixByteCount,
          other.address - end <= gapLimit + BlockLayout.prefixByteCount
        else { continue }
        if let known = nearest, known.address <= other.address { continue }
        nearest = other
      }
      return nearest
    }
  }
#endif
