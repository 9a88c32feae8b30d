// From a request to a block: operation, plan, stack, cell, backend, prefix, record, canaries. One
// straight path.
#if DEBUG_LAYER
  import CZMalloc

  /// The entrance of malloc, calloc and the aligned calls.
  ///
  /// The guard is held and the stack captured.
  ///
  /// - Returns: The block; nil when memory ran out or the plan says so.
  @c @implementation
  func zmalloc_layer_allocate(
    _ thread: UnsafeMutablePointer<zmalloc_thread>?, _ size: Int, _ alignment: Int, _ call: UInt32
  ) -> UnsafeMutableRawPointer? {
    guard let thread = unsafe thread else { return nil }
    let address = unsafe LiveBlocks.allocate(
      thread, UInt(bitPattern: size), UInt(bitPattern: alignment), call)
    return unsafe UnsafeMutableRawPointer(bitPattern: address ?? 0)
  }

  /// Whether the stack of the next allocation is wanted, where only those of failures are.
  @c @implementation
  func zmalloc_layer_next_may_fail() -> Bool { FaultPoints.nextMayFail }

  /// What fresh memory holds where a run has to be the same each time: no remains, and no pointer
  /// that leads anywhere.
  enum Junk {
    static let byte: UInt8 = 0xA5
    /// A larger block is filled at its start only: its pages may never be touched.
    static let limit: UInt = 65536

    static func fill(_ address: UInt, _ byteCount: UInt) {
      Memory.fill(address, byte, min(byteCount, limit))
    }
  }

  /// Blocks that the program holds.
  @safe
  enum LiveBlocks {
    /// The family of the layer's own blocks, AllocationFamily.unknown: never counted, always
    /// reached.
    static let internalFamily: UInt32 = 0

    static func allocate(
      _ thread: ThreadState, _ byteCount: UInt, _ alignment: UInt, _ call: UInt32
    ) -> UInt? {
      guard byteCount < BlockLayout.byteCountLimit, alignment < 1 << 40 else { return nil }
      let isInternal = unsafe thread.pointee.is_internal != 0
      let operation = unsafe isInternal ? 0 : ThreadList.nextOperation(thread)
      let family = isInternal ? internalFamily : call & UInt32(ZMALLOC_CALL_FAMILY)
      let stack = unsafe StackDepot.intern(thread)
      if unsafe switches.pointee.faults_armed != 0 {
        let answer = unsafe answer(thread, byteCount, alignment, call, operation, stack)
        if answer != usual { return answer == 0 ? nil : answer }
      }
      let id = unsafe CellArena.take(thread)
      guard id != 0 else { return unsafe Unrecorded.allocate(byteCount, alignment, call, thread) }
      let log2 = alignment <= 16 ? 4 : UInt8(truncatingIfNeeded: alignment.trailingZeroBitCount)
      let layout = BlockLayout(byteCount: byteCount, alignmentLog2: log2)
      let zeroed = call & UInt32(ZMALLOC_CALL_ZEROED) != 0
      guard
        let base = Below.allocate(layout.totalByteCount, alignment: alignment, zeroed: zeroed)
      else {
        unsafe CellArena.putBack(id, thread)
        return nil
      }
      let address = base + layout.prefixDistance
      let block = unsafe NewBlock(
        address: address, byteCount: byteCount, alignmentLog2: log2,
        family: UInt8(truncatingIfNeeded: family), thread: thread.pointee.number_in_records,
        faultBefore: FaultLog.last, operation: operation, stack: stack)
      publish(block, Cell(id: id), layout)
      if !zeroed, unsafe state.pointee.junk != 0 { Junk.fill(address, byteCount) }
      if unsafe switches.pointee.faults_armed & FaultScopes.scopesExist != 0 {
        let scope = unsafe FaultScopes.current(thread)
        if scope != 0 { ScopeBlocks.add(address, cell: id, scope: scope) }
      }
      if isInternal { return address }
      unsafe thread.pointee.newest = id
      unsafe thread.pointee.allocations += 1
      unsafe thread.pointee.live_blocks += 1
      unsafe ThreadList.count(thread, bytes: Int64(byteCount))
      return address
    }

    /// What becomes of an allocation where a plan is in force or blocks are guarded: 0 when it
    /// fails, the block when it is guarded, ``usual`` when it goes its usual way.
    @inline(never)
    private static func answer(
      _ thread: ThreadState, _ byteCount: UInt, _ alignment: UInt, _ call: UInt32,
      _ operation: UInt64, _ stack: UInt32
    ) -> UInt {
      if unsafe switches.pointee.faults_armed & FaultPoints.inForce != 0,
        unsafe FaultPoints.fails(thread, byteCount, operation, call, stack)
      {
        return 0
      }
      guard unsafe switches.pointee.faults_armed & Guards.chosen != 0 else { return usual }
      return unsafe GuardedBlocks.allocate(thread, byteCount, alignment, call, operation, stack)
        ?? usual
    }

    /// No block's address.
    private static let usual: UInt = 1

    /// Writes prefix, canaries and record of a block at its address.
    static func publish(_ block: NewBlock, _ cell: Cell, _ layout: BlockLayout) {
      Prefix.write(
        before: block.address, id: cell.id, alignmentLog2: block.alignmentLog2,
        kind: Prefix.recorded)
      if unsafe state.pointee.canaries != 0 {
        Canary(address: block.address, byteCount: block.byteCount)
          .write(address: block.address, layout: layout)
      }
      cell.write(block)
    }

    /// The record of a live block by its prefix; nil where prefix and record disagree.
    @inline(__always)
    static func find(_ address: UInt) -> Cell? {
      guard address & 15 == 0, address > 65536 else { return nil }
      var word: UInt64 = 0
      guard unsafe zmalloc_probe_load(Memory.pointer(address - 16), &word) else { return nil }
      guard let prefix = Prefix(word: word), prefix.kind == Prefix.recorded,
        CellArena.contains(prefix.id)
      else { return nil }
      let cell = Cell(id: prefix.id)
      guard cell.state == CellState.live, cell.address == address else { return nil }
      return cell
    }

    /// The damage to a live block's canaries, nil when they are whole or not in use.
    @inline(__always)
    static func damage(_ cell: Cell) -> CanaryDamage? {
      guard unsafe state.pointee.canaries != 0 else { return nil }
      let address = cell.address
      let byteCount = cell.byteCount
      let canary = Canary(address: address, byteCount: byteCount)
      let count = BlockLayout(byteCount: byteCount, alignmentLog2: 4).canaryByteCount
      if canary.frontIsWhole(address) && canary.rearIsWhole(address + byteCount, count) {
        return nil
      }
      return canary.rearDamage(address + byteCount, count) ?? canary.frontDamage(address)
    }
  }
#endif
