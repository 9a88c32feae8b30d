// How far an overflow went: its own canary says nothing past its end, the prefix of the next block
// does. Another thread may free that block, and unmap it, at any moment.
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
      let status = next.status
      let address = next.address
      guard let last = Extent.damage(before: next), next.status == status,
        next.address == address
      else { return }
      entry.changedByteCount = UInt64(last.end - damage.first)
      // What the next block's own bytes were nobody knows.
      entry.isAtLeast = last.end == address ? 1 : 0
    }

    /// The damage to what stands before a block: its canary, or the word before that.
    private static func damage(before cell: Cell) -> CanaryDamage? {
      let address = cell.address
      let canary = Canary(address: address, byteCount: cell.byteCount)
      let word = Prefix.word(
        id: cell.id, alignmentLog2: cell.alignmentLog2, kind: Prefix.recorded)
      var prefix: (UInt64, UInt64) = (0, 0)
      return unsafe withUnsafeMutablePointer(to: &prefix) { prefix in
        guard unsafe zmalloc_probe_copy(prefix, Memory.pointer(address - 16), 16) == 0 else {
          return nil
        }
        let copy = UInt(bitPattern: prefix)
        if unsafe state.pointee.canaries != 0,
          let damage = Canary.damage(address - 8, 8, canary.value, copy: copy + 8)
        {
          return damage
        }
        return Canary.damage(address - 16, 8, word, copy: copy)
      }
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
