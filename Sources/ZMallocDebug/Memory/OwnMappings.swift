// The layer's own mappings: the leak scan must not read them, since records hold the address of
// every block.
#if DEBUG_LAYER
  import CZMalloc

  /// What the unwinder maps for itself.
  @c @implementation
  func zmalloc_layer_owns(_ start: UnsafeMutableRawPointer?, _ byte_count: Int) {
    OwnMappings.add(UInt(bitPattern: start), UInt(byte_count))
  }

  /// It has been unmapped.
  @c @implementation
  func zmalloc_layer_disowns(_ start: UnsafeMutableRawPointer?) {
    OwnMappings.remove(UInt(bitPattern: start))
  }

  /// The list of our mappings.
  ///
  /// Beyond its limit a mapping is not listed, and could only hide a leak.
  @safe
  enum OwnMappings {
    static func add(_ start: UInt, _ byteCount: UInt) {
      Lock.mappings.acquire()
      defer { Lock.mappings.release() }
      let count = unsafe state.pointee.ownMappingCount
      for index in 0..<count where Memory.load64(entry(index)) == 0 {
        write(index, start, byteCount)
        return
      }
      guard count < LayerStorage.ownMappingLimit else { return }
      write(count, start, byteCount)
      unsafe state.pointee.ownMappingCount = count + 1
    }

    static func remove(_ start: UInt) {
      Lock.mappings.acquire()
      defer { Lock.mappings.release() }
      for index in 0..<(unsafe state.pointee.ownMappingCount)
      where Memory.load64(entry(index)) == UInt64(start) {
        write(index, 0, 0)
      }
    }

    /// The first mapping of ours that ends above `address` and starts below `end`.
    static func overlapping(_ address: UInt, _ end: UInt) -> (start: UInt, end: UInt)? {
      var found: (start: UInt, end: UInt)?
      for index in 0..<(unsafe state.pointee.ownMappingCount) {
        let start = UInt(Memory.load64(entry(index)))
        let stop = start + UInt(Memory.load64(entry(index) + 8))
        guard start != 0, stop > address, start < end else { continue }
        if found.map({ start < $0.start }) ?? true { found = (start, stop) }
      }
      return found
    }

    private static func entry(_ index: UInt32) -> UInt {
      LayerStorage.ownMappings + UInt(index) * 16
    }

    private static func write(_ index: UInt32, _ start: UInt, _ byteCount: UInt) {
      Memory.store64(entry(index), UInt64(start))
      Memory.store64(entry(index) + 8, UInt64(byteCount))
    }
  }
#endif
