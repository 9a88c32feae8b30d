// One mapping for most of what the layer maps: each of its own would be two areas of the kernel's,
// a page without access with it, and every fork of the process copies every area.
#if DEBUG_LAYER
  import CZMalloc

  /// Memory that is taken piece by piece, from below.
  @safe
  enum Region {
    private static let byteCount: UInt = 9 << 20

    /// Maps it: in the first phase, by one thread.
    ///
    /// Without it each piece has a mapping of its own.
    static func start() {
      guard let at = unsafe zmalloc_map(Int(byteCount)) else { return }
      // Huge pages would make each page that is touched cost as much as 512.
      unsafe zmalloc_keep_pages_small(at, Int(byteCount))
      OwnMappings.add(UInt(bitPattern: at), byteCount)
      unsafe state.pointee.region = UInt(bitPattern: at)
    }

    /// Zeroed pages; nil where there are not enough left.
    static func take(_ wanted: UInt) -> UInt? {
      let start = unsafe state.pointee.region
      var used = unsafe zmalloc_load64(&state.pointee.regionUsed)
      while start != 0, wanted <= byteCount, used <= UInt64(byteCount - wanted) {
        if unsafe zmalloc_swap64(&state.pointee.regionUsed, used, used + UInt64(wanted)) {
          return start + UInt(used)
        }
        used = unsafe zmalloc_load64(&state.pointee.regionUsed)
      }
      return nil
    }

    /// Gives a piece back, so that the last one can be taken again; false where it is none of here.
    static func giveBack(_ address: UInt, _ size: UInt) -> Bool {
      let start = unsafe state.pointee.region
      guard start != 0, address >= start, address - start < byteCount else { return false }
      // Zeroed for whoever takes it next.
      unsafe zmalloc_drop_pages(Memory.pointer(address), Int(size))
      let offset = UInt64(address - start)
      unsafe _ = zmalloc_swap64(&state.pointee.regionUsed, offset + UInt64(size), offset)
      return true
    }
  }
#endif
