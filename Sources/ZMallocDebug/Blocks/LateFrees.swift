// Blocks of the allocator below that were freed while the layer was busy on the thread: that
// allocator may have been in the middle of a change, so they wait until the next blocks leave the
// quarantine.
#if DEBUG_LAYER
  import CZMalloc

  /// Freed blocks that go back below a little later.
  ///
  /// Two lists without locks: whoever takes one takes all of it.
  @safe
  enum LateFrees {
    /// Puts a record on the list, whose state is free and whose block nobody uses any more.
    static func add(_ cell: Cell) {
      while true {
        let next = unsafe zmalloc_load32(&state.pointee.lateCells)
        cell.setState(CellState.free, link: next)
        if unsafe zmalloc_swap32(&state.pointee.lateCells, next, cell.id) { return }
      }
    }

    /// Puts a block without a record on the list: the next one stands where its size stood, and
    /// its prefix is none any more.
    static func add(unrecorded address: UInt, distanceLog2: UInt8) {
      Memory.store64(address - 16, UInt64(distanceLog2))
      while true {
        let next = unsafe zmalloc_load64(&state.pointee.lateBlocks)
        Memory.store64(address - Prefix.sizeDistance, next)
        if unsafe zmalloc_swap64(&state.pointee.lateBlocks, next, UInt64(address)) { return }
      }
    }

    /// Frees what waits.
    ///
    /// The guard is held, and the allocator below is in no change of this thread's.
    @inline(__always)
    static func finish(_ thread: ThreadState) {
      if unsafe state.pointee.lateCells != 0 { unsafe finishCells(thread) }
      if unsafe state.pointee.lateBlocks != 0 { finishBlocks() }
    }

    @inline(never)
    private static func finishCells(_ thread: ThreadState) {
      var id = unsafe zmalloc_exchange32(&state.pointee.lateCells, 0)
      while id != 0 {
        let cell = Cell(id: id)
        id = cell.link
        if unsafe switches.pointee.faults_armed & FaultScopes.scopesExist != 0 {
          ScopeBlocks.remove(cell.address)
        }
        Below.free(cell.base)
        unsafe CellArena.putBack(cell.id, thread)
      }
    }

    @inline(never)
    private static func finishBlocks() {
      var address = unsafe UInt(zmalloc_exchange64(&state.pointee.lateBlocks, 0))
      while address != 0 {
        let distance: UInt = 1 << UInt(Memory.load64(address - 16))
        let next = UInt(Memory.load64(address - Prefix.sizeDistance))
        Memory.store64(address - 16, 0)
        Below.free(address - distance)
        address = next
      }
    }
  }
#endif
