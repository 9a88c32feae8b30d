// Memory that the program calls a root, by __lsan_register_root_region: shared memory, a device's,
// what an allocator of its own gave out. A bounded table without a lock: it is read while threads
// are stopped.
//
//   entry: start:u64 byteCount:u64     start 0 is free, 1 is being taken away
#if DEBUG_LAYER
  import CZMalloc

  /// The root regions of the program.
  @safe
  enum RootRegions {
    static let limit: UInt = 4096
    private static let entryByteCount: UInt = 16
    private static let leaving: UInt64 = 1

    /// Adds a region; false when the limit is met.
    ///
    /// A region that is added twice has to be taken away twice.
    static func add(_ start: UInt, _ byteCount: UInt) -> Bool {
      guard let base = table() else { return false }
      for index in 0..<limit {
        let at = base + index * entryByteCount
        // Its size is 0 until the next store: a scan in between sees an empty region.
        if unsafe zmalloc_swap64(Memory.word64(at), 0, UInt64(start)) {
          unsafe zmalloc_store64(Memory.word64(at + 8), UInt64(byteCount))
          return true
        }
      }
      return false
    }

    /// Takes a region away; false when it is not there.
    static func remove(_ start: UInt, _ byteCount: UInt) -> Bool {
      let base = unsafe UInt(zmalloc_load64(&state.pointee.rootRegions))
      guard base != 0, start > leaving else { return false }
      for index in 0..<limit {
        let at = base + index * entryByteCount
        guard unsafe zmalloc_load64(Memory.word64(at)) == UInt64(start),
          unsafe zmalloc_load64(Memory.word64(at + 8)) == UInt64(byteCount),
          unsafe zmalloc_swap64(Memory.word64(at), UInt64(start), leaving)
        else { continue }
        unsafe zmalloc_store64(Memory.word64(at + 8), 0)
        unsafe zmalloc_store64(Memory.word64(at), 0)
        return true
      }
      return false
    }

    /// Reads every region for pointers.
    static func scan(_ sink: Roots.Sink) {
      let base = unsafe UInt(state.pointee.rootRegions)
      guard base != 0, RootKind.regions.counts else { return }
      for index in 0..<limit {
        let start = UInt(Memory.load64(base + index * entryByteCount))
        let byteCount = UInt(Memory.load64(base + index * entryByteCount + 8))
        guard start > UInt(leaving), byteCount > 0 else { continue }
        let (end, isTooLong) = start.addingReportingOverflow(byteCount)
        unsafe sink.pointee.scan(start, isTooLong ? 1 << 47 : min(end, 1 << 47))
      }
    }

    private static func table() -> UInt? {
      let known = unsafe zmalloc_load64(&state.pointee.rootRegions)
      if known != 0 { return UInt(known) }
      guard let fresh = Memory.map(limit * entryByteCount) else { return nil }
      if unsafe zmalloc_swap64(&state.pointee.rootRegions, 0, UInt64(fresh)) { return fresh }
      Memory.unmap(fresh, limit * entryByteCount)
      return unsafe UInt(zmalloc_load64(&state.pointee.rootRegions))
    }
  }
#endif
