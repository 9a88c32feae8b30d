// One mapping for all that a leak scan needs at once, where that is little: each mapping of its own
// would cost the kernel two calls, and a forked copy of the process two areas more.
#if DEBUG_LAYER
  import CZMalloc

  /// Memory that the thread in a scan takes piece by piece and gives back as a whole.
  @safe
  enum Scratch {
    private static let byteCount: UInt = 1 << 20

    /// Begins, for the calling thread alone; what does not fit has mappings of its own.
    static func begin() {
      guard unsafe state.pointee.scratch == 0, let at = Memory.map(byteCount) else { return }
      unsafe state.pointee.scratchUsed = 0
      unsafe state.pointee.scratchOwner = UInt(bitPattern: zmalloc_current_thread())
      unsafe state.pointee.scratch = at
    }

    /// Ends; nothing that was taken may be used any more.
    static func end() {
      let at = unsafe state.pointee.scratch
      guard at != 0 else { return }
      unsafe state.pointee.scratch = 0
      unsafe state.pointee.scratchOwner = 0
      Memory.unmap(at, byteCount)
    }

    /// Zeroed pages, or nil where this thread has no scratch memory, or not enough.
    static func take(_ wanted: UInt) -> UInt? {
      guard unsafe state.pointee.scratch != 0,
        unsafe state.pointee.scratchOwner == UInt(bitPattern: zmalloc_current_thread()),
        unsafe wanted <= byteCount - state.pointee.scratchUsed
      else { return nil }
      let at = unsafe state.pointee.scratch + state.pointee.scratchUsed
      unsafe state.pointee.scratchUsed += wanted
      return at
    }

    static func holds(_ address: UInt) -> Bool {
      let start = unsafe state.pointee.scratch
      return start != 0 && address >= start && address - start < byteCount
    }
  }
#endif
