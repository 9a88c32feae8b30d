// The arena of cells: chunks of 1 MiB, mapped as they are needed and never given back. Threads take
// cells 32 at a time into a magazine of their own, so that the lock is rare. Cell 0 is never used:
// id 0 means "no record".
//
// Behind the cells of a chunk stand as many words of the stack of free ids: it can never be larger
// than the cells are many, and a list through the cells themselves would miss the cache at every
// step.
#if DEBUG_LAYER
  import CZMalloc

  /// The arena of cells.
  @safe
  enum CellArena {
    static let cellsPerChunk: UInt32 = 32768
    static let magazineCapacity: UInt32 = 32

    @inline(__always)
    static func address(of id: UInt32) -> UInt {
      let chunk = Memory.load64(LayerStorage.cellChunks + UInt(id >> 15) * 8)
      return UInt(chunk) + UInt(id & 32767) * Cell.byteCount
    }

    /// Whether an id, which may be any bits, names a cell.
    @inline(__always)
    static func contains(_ id: UInt32) -> Bool {
      unsafe id != 0 && id < state.pointee.nextCell
    }

    /// Takes a cell, 0 when the limit is met.
    @inline(__always)
    static func take(_ thread: ThreadState) -> UInt32 {
      if unsafe thread.pointee.magazine_count == 0 { unsafe refill(thread) }
      let count = unsafe thread.pointee.magazine_count
      guard count > 0 else { return 0 }
      unsafe thread.pointee.magazine_count = count - 1
      return unsafe zmalloc_thread_magazine(thread)[Int(count - 1)]
    }

    /// Puts a cell back that was not used.
    static func putBack(_ id: UInt32, _ thread: ThreadState) {
      let count = unsafe thread.pointee.magazine_count
      if count < magazineCapacity {
        unsafe zmalloc_thread_magazine(thread)[Int(count)] = id
        unsafe thread.pointee.magazine_count = count + 1
        return
      }
      Lock.cells.acquire()
      pushFree(id)
      Lock.cells.release()
    }

    /// Gives a thread's magazine back: at its end.
    static func drain(_ thread: ThreadState) {
      Lock.cells.acquire()
      for index in 0..<Int(unsafe thread.pointee.magazine_count) {
        unsafe pushFree(zmalloc_thread_magazine(thread)[index])
      }
      unsafe thread.pointee.magazine_count = 0
      Lock.cells.release()
    }

    /// Adds a cell to the free ones.
    ///
    /// The lock is held.
    static func pushFree(_ id: UInt32) {
      Memory.release32(address(of: id) + 28, CellState.free)
      let count = unsafe state.pointee.freeCellCount
      Memory.store32(freeSlot(count), id)
      unsafe state.pointee.freeCellCount = count + 1
    }

    private static func freeSlot(_ index: UInt32) -> UInt {
      let chunk = Memory.load64(LayerStorage.cellChunks + UInt(index / cellsPerChunk) * 8)
      return UInt(chunk) + UInt(cellsPerChunk) * Cell.byteCount + UInt(index % cellsPerChunk) * 4
    }

    private static func refill(_ thread: ThreadState) {
      Lock.cells.acquire()
      defer { Lock.cells.release() }
      while unsafe thread.pointee.magazine_count < magazineCapacity {
        guard let id = popFree() ?? extend() else { return }
        let count = unsafe thread.pointee.magazine_count
        unsafe zmalloc_thread_magazine(thread)[Int(count)] = id
        unsafe thread.pointee.magazine_count = count + 1
        unsafe zmalloc_prefetch(Memory.pointer(address(of: id)))
      }
    }

    private static func popFree() -> UInt32? {
      let count = unsafe state.pointee.freeCellCount
      guard count > 0 else { return nil }
      unsafe state.pointee.freeCellCount = count - 1
      return Memory.load32(freeSlot(count - 1))
    }

    /// A cell that was never used; maps the next chunk when it is the first of one.
    private static func extend() -> UInt32? {
      let id = max(1, unsafe state.pointee.nextCell)
      let chunk = id / cellsPerChunk
      guard chunk < LayerStorage.cellChunkLimit else {
        unsafe state.pointee.cellLimitMet = 1
        return nil
      }
      let slot = LayerStorage.cellChunks + UInt(chunk) * 8
      if Memory.load64(slot) == 0 {
        guard let at = Memory.map(UInt(cellsPerChunk) * (Cell.byteCount + 4)) else {
          unsafe state.pointee.cellLimitMet = 1
          return nil
        }
        Memory.store64(slot, UInt64(at))
      }
      unsafe zmalloc_store32(&state.pointee.nextCell, id + 1)
      return id
    }
  }
#endif
