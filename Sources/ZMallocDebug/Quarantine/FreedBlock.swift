// What a freed block looks like while it is in quarantine: filled with 0xDF, or, from 64 KiB on,
// its whole pages dropped and without access and only the edges filled. As a pointer the filling is
// not canonical: using it faults.
#if DEBUG_LAYER
  import CZMalloc

  /// A block in quarantine.
  @safe
  struct FreedBlock {
    let cell: Cell
    /// The side record's flags.
    let flags: UInt32

    init(_ cell: Cell, _ flags: UInt32) {
      self.cell = cell
      self.flags = flags
    }

    /// The whole pages inside a block.
    static func pages(of address: UInt, _ byteCount: UInt) -> (start: UInt, end: UInt) {
      let mask = Memory.pageSize - 1
      let start = (address + mask) & ~mask
      let end = (address + byteCount) & ~mask
      return (start, max(start, end))
    }

    /// Makes the bytes of a block that was just freed unusable; returns the side record's flags.
    static func spoil(_ address: UInt, _ byteCount: UInt) -> UInt32 {
      let byte = Quarantine.fillByte
      // A block that the quarantine cannot hold goes back at once: nothing to watch.
      if unsafe UInt64(byteCount) > state.pointee.quarantineByteLimit { return 0 }
      guard byteCount >= Quarantine.forbiddenFrom else {
        Memory.fill(address, byte, byteCount)
        return SideCell.filled
      }
      let pages = pages(of: address, byteCount)
      Memory.fill(address, byte, pages.start - address)
      Memory.fill(pages.end, byte, address + byteCount - pages.end)
      unsafe zmalloc_drop_pages(
        Memory.pointer(pages.start), Int(pages.end - pages.start))
      // While leaks are searched the pages stay readable.
      if Quarantine.isHeld { return 0 }
      let forbidden = unsafe zmalloc_forbid(
        Memory.pointer(pages.start), Int(pages.end - pages.start))
      return forbidden ? SideCell.filled | SideCell.forbidden : 0
    }

    /// Gives the pages their access back, before the block goes below.
    func permit() {
      guard flags & SideCell.forbidden != 0 else { return }
      let pages = FreedBlock.pages(of: cell.address, cell.byteCount)
      unsafe _ = zmalloc_permit(Memory.pointer(pages.start), Int(pages.end - pages.start))
    }

    /// The bytes that changed since the free, nil when there are none.
    var damage: CanaryDamage? {
      if unsafe state.pointee.canaries != 0 {
        let canary = Canary(address: cell.address, byteCount: cell.byteCount)
        let count = cell.layout.canaryByteCount
        if !canary.rearIsWhole(cell.end, count) { return canary.rearDamage(cell.end, count) }
        if !canary.frontIsWhole(cell.address) { return canary.frontDamage(cell.address) }
      }
      guard flags & SideCell.filled != 0 else { return nil }
      guard flags & SideCell.forbidden != 0 else {
        return changed(cell.address, cell.byteCount)
      }
      let pages = FreedBlock.pages(of: cell.address, cell.byteCount)
      return changed(cell.address, pages.start - cell.address)
        ?? changed(pages.end, cell.end - pages.end)
    }

    /// Fills it anew after its damage was reported: it is not reported again.
    func refill() {
      if unsafe state.pointee.canaries != 0 { cell.renewCanaries() }
      guard flags & SideCell.filled != 0 else { return }
      guard flags & SideCell.forbidden != 0 else {
        return Memory.fill(cell.address, Quarantine.fillByte, cell.byteCount)
      }
      let pages = FreedBlock.pages(of: cell.address, cell.byteCount)
      Memory.fill(cell.address, Quarantine.fillByte, pages.start - cell.address)
      Memory.fill(pages.end, Quarantine.fillByte, cell.end - pages.end)
    }

    private func changed(_ start: UInt, _ byteCount: UInt) -> CanaryDamage? {
      let byte = Quarantine.fillByte
      guard let first = Memory.firstOther(than: byte, start, byteCount) else { return nil }
      return CanaryDamage(
        first: first, end: Memory.afterLastOther(than: byte, start, byteCount),
        expected: 0x0101_0101_0101_0101 &* UInt64(byte), canaryStart: cell.address)
    }
  }
#endif
