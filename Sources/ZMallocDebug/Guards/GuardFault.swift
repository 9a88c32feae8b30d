// A fault in the pool: which block it was about, and how the program goes on where it is told to.
#if DEBUG_LAYER
  import CZMalloc

  /// Faults at guard pages, and in the closed pages of freed blocks.
  @safe
  enum GuardFault {
    /// Reports a fault that is a heap mistake; false when it is none that the records explain.
    ///
    /// - Returns: Whether the program may go on: the page is there now.
    static func report(_ thread: ThreadState, _ address: UInt, _ access: UInt32) -> Bool {
      if GuardPool.holds(address) {
        guard let cell = nearest(to: address) else { return false }
        if cell.state == CellState.live {
          unsafe Violation.outOfBounds(thread, cell, at: address, access)
        } else {
          let side = SideCell(id: cell.link)
          unsafe Violation.useAfterFree(thread, cell, side, at: address, access)
        }
        return open(address)
      }
      guard let (cell, side) = End.freedBlock(at: address) else { return false }
      unsafe Violation.useAfterFree(thread, cell, side, at: address, access)
      FreedBlock(cell, side.flags).permit()
      side.forgetContents()
      return true
    }

    /// Opens a page that the program touches again, and nobody watches from here on.
    private static func open(_ address: UInt) -> Bool {
      let slot = GuardPool.slot(at: address)
      if slot != 0 { GuardPool.noteOpened(slot) }
      let page = address & ~(Memory.pageSize - 1)
      return unsafe zmalloc_permit(Memory.pointer(page), Int(Memory.pageSize))
    }

    /// The record of the block that an address is in, or nearest to: of this run, the one below and
    /// the one above.
    private static func nearest(to address: UInt) -> Cell? {
      let slot = GuardPool.slot(at: address)
      guard slot != 0 else {
        return nearer(address, nil, GuardPool.slot(at: address + Memory.pageSize))
      }
      var best = nearer(address, nil, slot)
      best = nearer(address, best, GuardPool.slot(at: GuardPool.start(slot) - 1))
      best = nearer(address, best, GuardPool.slot(at: GuardPool.end(slot)))
      return best ?? released(address)
    }

    /// The one that is nearer: a block, or the one of another slot.
    private static func nearer(_ address: UInt, _ best: Cell?, _ slot: UInt32) -> Cell? {
      let id = slot == 0 ? 0 : GuardPool.cell(slot)
      guard id != 0 else { return best }
      let cell = Cell(id: id)
      guard let best, distance(best, address) <= distance(cell, address) else { return cell }
      return best
    }

    /// Bytes from a block to an address outside it.
    private static func distance(_ cell: Cell, _ address: UInt) -> UInt {
      if address < cell.address { return cell.address - address }
      return address < cell.end ? 0 : address - cell.end + 1
    }

    /// The block that was last at an address whose run nobody has.
    private static func released(_ address: UInt) -> Cell? {
      var best: Cell?
      for id in 1..<max(1, unsafe state.pointee.nextCell) {
        let cell = Cell(id: id)
        guard cell.state == CellState.released, address >= cell.address, address < cell.end else {
          continue
        }
        if best.map({ $0.operation < cell.operation }) ?? true { best = cell }
      }
      return best
    }
  }
#endif
