// Where pointers to the last blocks stand in the globals, as an earlier run of a campaign found
// them. A library that keeps a block for ever keeps it in each run: while the pointer stands where
// it stood, the block is reached, and a run that leaves no other block needs no scan of its own.
//
//   entry: address:u64 byteCount:u64 slot:u64     address 0 is free; slot 0: in no global
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// Known slots of the globals, on the page that a campaign's runs share.
  @safe
  enum RootSlots {
    private static let entryByteCount: UInt = 24
    /// How many blocks a run may leave that is spared a scan.
    static let limit = CampaignPage.rootSlotLimit

    private static var table: UInt {
      unsafe state.pointee.campaign + UInt(CampaignPage.rootSlotOffset)
    }

    private static func entry(_ block: UInt) -> UInt? {
      for number in 0..<UInt(limit) {
        let at = table + number * entryByteCount
        let address = Memory.load64(at)
        if address == UInt64(block) || address == 0 { return at }
      }
      return nil
    }

    /// Whether a live block's pointer stands in a global where it was found before.
    static func hold(_ cell: Cell) -> Bool {
      guard RootKind.globals.counts, let at = entry(cell.address) else { return false }
      return hold(cell, at)
    }

    private static func hold(_ cell: Cell, _ at: UInt) -> Bool {
      let slot = UInt(Memory.load64(at + 16))
      var word: UInt64 = 0
      guard slot != 0, Memory.load64(at + 8) == UInt64(cell.byteCount),
        unsafe zmalloc_probe_load(Memory.pointer(slot), &word)
      else { return false }
      let offset = MemoryScanner.address(word) &- cell.address
      guard offset < cell.byteCount || (offset == 0 && cell.byteCount == 0) else { return false }
      // A library that was closed has no globals.
      var module = unsafe zmalloc_found_module()
      return unsafe zmalloc_find_module(slot, &module)
    }

    /// Whether a scan is to look for slots: few blocks are left, and one of them is new.
    static func areWanted(_ index: BlockIndex) -> Bool {
      guard unsafe state.pointee.campaign != 0, index.count <= limit, RootKind.globals.counts else {
        return false
      }
      for block in 0..<index.count where !isOurs(block, index) {
        let cell = index.cell(block)
        guard let at = entry(cell.address) else { continue }
        let isKnown = Memory.load64(at) != 0 && Memory.load64(at + 8) == UInt64(cell.byteCount)
        let hasSlot = Memory.load64(at + 16) != 0
        if !isKnown || (hasSlot && !hold(cell, at)) { return true }
      }
      return false
    }

    /// Forgets the slots of the live blocks, which are found anew.
    static func begin(_ index: BlockIndex) {
      for block in 0..<index.count where !isOurs(block, index) {
        let cell = index.cell(block)
        guard let at = entry(cell.address) else { continue }
        Memory.store64(at, UInt64(cell.address))
        Memory.store64(at + 8, UInt64(cell.byteCount))
        Memory.store64(at + 16, 0)
      }
    }

    /// Notes that a global points at a block.
    static func add(_ slot: UInt, _ block: UInt32, _ index: BlockIndex) {
      guard !isOurs(block, index), let at = entry(index.start(block)), Memory.load64(at) != 0,
        Memory.load64(at + 16) == 0
      else { return }
      Memory.store64(at + 16, UInt64(slot))
    }

    private static func isOurs(_ block: UInt32, _ index: BlockIndex) -> Bool {
      index.has(BlockIndex.isInternal | BlockIndex.isInherited | BlockIndex.isLinkers, block)
    }
  }
#endif
