// The kernel's list of what is mapped, read without allocating: /proc/self/maps, a line a mapping.
#if DEBUG_LAYER
  import CZMalloc

  /// A line of the list.
  struct MemoryMap {
    var start: UInt = 0
    var end: UInt = 0
    var isReadable = false
    var isWritable = false
    var isShared = false
    /// No file behind it.
    var isAnonymous = false
    var isHeap = false
    var isStack = false
  }

  extension MemoryMap {
    private static let reach: UInt = 64 << 20

    /// The pages around an address that can be read, at most 64 MiB each way: where the kernel's
    /// list is not to be had (chroot), a stack still ends at its guard page.
    static func around(_ address: UInt) -> MemoryMap {
      var map = MemoryMap()
      // The first pages are nobody's.
      let page = max(65536, address & ~(Memory.pageSize - 1))
      map.start = page
      map.end = page + Memory.pageSize
      while page - map.start < reach, map.start > 65536, isReadable(map.start - Memory.pageSize) {
        map.start -= Memory.pageSize
      }
      while map.end - page < reach, isReadable(map.end) { map.end += Memory.pageSize }
      return map
    }

    private static func isReadable(_ page: UInt) -> Bool {
      var word: UInt64 = 0
      return unsafe zmalloc_probe_load(Memory.pointer(page), &word)
    }
  }

  /// The list of mappings.
  @safe
  enum MemoryMaps {
    private static let bufferByteCount: UInt = 65536

    /// Reads the list once for all who ask until ``release()``: what a leak scan wants to know.
    ///
    /// Where the kernel answers questions, the list has what is writable, and what follows the
    /// beginning of an arena; else it is the kernel's text, which takes as long as a small scan.
    ///
    /// - Returns: Whether the list can be read at all.
    static func keep() -> Bool {
      guard let buffer = Memory.map(bufferByteCount) else { return false }
      let descriptor = zmalloc_open_maps()
      unsafe state.pointee.mapsAreEntries = 0
      if descriptor >= 0, let byteCount = query(descriptor, buffer) {
        zmalloc_close(descriptor)
        unsafe state.pointee.mapsKept = buffer
        unsafe state.pointee.mapsByteCount = byteCount
        unsafe state.pointee.mapsAreEntries = 1
        return true
      }
      var filled: UInt = 0
      var isWhole = false
      while descriptor >= 0, filled < bufferByteCount {
        let room = Int(bufferByteCount - filled)
        let got = unsafe zmalloc_read(descriptor, Memory.pointer(buffer + filled), room)
        if got <= 0 {
          isWhole = got == 0
          break
        }
        filled += UInt(got)
      }
      if descriptor >= 0 { zmalloc_close(descriptor) }
      // A list that does not fit is read piece by piece, each time.
      guard isWhole, filled > 0 else {
        Memory.unmap(buffer, bufferByteCount)
        return descriptor >= 0 && filled > 0
      }
      unsafe state.pointee.mapsKept = buffer
      unsafe state.pointee.mapsByteCount = filled
      return true
    }

    /// Asks for the mappings one by one; the bytes of their entries, nil where the kernel does not
    /// answer or there are too many.
    private static func query(_ descriptor: Int32, _ buffer: UInt) -> UInt? {
      let stride = UInt(MemoryLayout<zmalloc_map>.stride)
      var filled: UInt = 0
      var from: UInt = 0
      var isNextWanted = false
      while true {
        var map = zmalloc_map()
        let code = unsafe zmalloc_query_map(descriptor, from, !isNextWanted, &map)
        if code == 0 { return filled }
        guard code > 0, filled + stride <= bufferByteCount else { return nil }
        unsafe Memory.pointer(buffer + filled).storeBytes(of: map, as: zmalloc_map.self)
        filled += stride
        from = UInt(map.end)
        isNextWanted = map.flags & 2 != 0 && UInt(map.start) & (MappedRoots.arenaByteCount - 1) == 0
      }
    }

    private static func visitEntries(_ visit: (MemoryMap) -> Bool) {
      let stride = UInt(MemoryLayout<zmalloc_map>.stride)
      var at = unsafe state.pointee.mapsKept
      let end = at + (unsafe state.pointee.mapsByteCount)
      while at < end {
        let entry = unsafe Memory.pointer(at).load(as: zmalloc_map.self)
        var map = MemoryMap()
        map.start = UInt(entry.start)
        map.end = UInt(entry.end)
        map.isReadable = entry.flags & 1 != 0
        map.isWritable = entry.flags & 2 != 0
        map.isShared = entry.flags & 8 != 0
        map.isAnonymous = entry.is_anonymous
        map.isHeap = entry.is_heap
        guard visit(map) else { return }
        at += stride
      }
    }

    /// Forgets the list that was kept.
    static func release() {
      let buffer = unsafe state.pointee.mapsKept
      unsafe state.pointee.mapsKept = 0
      if buffer != 0 { Memory.unmap(buffer, bufferByteCount) }
    }

    /// Whether a mapping that is not the layer's can be written to by more than this process.
    static var hasShared: Bool {
      let descriptor = zmalloc_open_maps()
      if descriptor >= 0 {
        defer { zmalloc_close(descriptor) }
        var map = zmalloc_map()
        var code = unsafe zmalloc_query_shared(descriptor, 0, &map)
        while code == 1, isOwn(UInt(map.start)) {
          code = unsafe zmalloc_query_shared(descriptor, UInt(map.end), &map)
        }
        if code >= 0 { return code == 1 }
      }
      // The kernel does not answer questions: its text.
      var isShared = false
      forEach { map in
        isShared = map.isShared && map.isWritable && !isOwn(map.start)
        return !isShared
      }
      return isShared
    }

    private static func isOwn(_ start: UInt) -> Bool {
      OwnMappings.overlapping(start, start + 1) != nil
    }

    /// Visits the mappings in order until the visitor returns false; false when the list cannot be
    /// read.
    @discardableResult
    static func forEach(_ visit: (MemoryMap) -> Bool) -> Bool {
      if unsafe state.pointee.mapsKept != 0 {
        if unsafe state.pointee.mapsAreEntries != 0 {
          visitEntries(visit)
        } else {
          _ = unsafe parse(state.pointee.mapsKept, state.pointee.mapsByteCount, visit)
        }
        return true
      }
      guard let buffer = Memory.map(bufferByteCount) else { return false }
      defer { Memory.unmap(buffer, bufferByteCount) }
      let descriptor = zmalloc_open_maps()
      guard descriptor >= 0 else { return false }
      defer { zmalloc_close(descriptor) }
      var filled: UInt = 0
      while true {
        let room = Int(bufferByteCount - filled)
        let got = unsafe zmalloc_read(descriptor, Memory.pointer(buffer + filled), room)
        guard got > 0 else { return got == 0 }
        filled += UInt(got)
        guard let rest = parse(buffer, filled, visit) else { return true }
        // The cut line at the end comes to the front.
        filled = buffer + filled - rest
        unsafe _ = memmove(Memory.pointer(buffer), Memory.pointer(rest), Int(filled))
      }
    }

    /// The mapping that holds an address.
    static func find(_ address: UInt) -> MemoryMap? {
      var found: MemoryMap?
      forEach { map in
        if address >= map.start && address < map.end { found = map }
        return map.end <= address
      }
      return found
    }

    /// Visits the whole lines of a buffer; the start of the cut one, or nil when the visitor
    /// stopped.
    private static func parse(
      _ buffer: UInt, _ filled: UInt, _ visit: (MemoryMap) -> Bool
    ) -> UInt? {
      var line = buffer
      let end = buffer + filled
      while true {
        var at = line
        while at < end && Memory.load8(at) != 10 { at += 1 }
        guard at < end else { return line }
        if !visit(read(line, at)) { return nil }
        line = at + 1
      }
    }

    /// `start-end rwxp offset device inode path`.
    private static func read(_ line: UInt, _ end: UInt) -> MemoryMap {
      var map = MemoryMap()
      var at = line
      map.start = number(&at, end)
      at += 1
      map.end = number(&at, end)
      map.isReadable = Memory.load8(at + 1) == 0x72
      map.isWritable = Memory.load8(at + 2) == 0x77
      map.isShared = Memory.load8(at + 4) == 0x73
      at += 5
      for _ in 0..<3 {
        at += 1
        while at < end && Memory.load8(at) != 32 { at += 1 }
      }
      while at < end && Memory.load8(at) == 32 { at += 1 }
      // A name in brackets is no file: [heap], [stack], [anon:…].
      map.isAnonymous = at >= end || Memory.load8(at) == 0x5B
      map.isHeap = at + 2 < end && Memory.load8(at) == 0x5B && Memory.load8(at + 1) == 0x68
      map.isStack =
        at + 2 < end && Memory.load8(at) == 0x5B && Memory.load8(at + 1) == 0x73
        && Memory.load8(at + 2) == 0x74
      return map
    }

    private static func number(_ at: inout UInt, _ end: UInt) -> UInt {
      var value: UInt = 0
      while at < end {
        let byte = Memory.load8(at)
        switch byte {
        case 48...57: value = value << 4 | UInt(byte - 48)
        case 97...102: value = value << 4 | UInt(byte - 87)
        default: return value
        }
        at += 1
      }
      return value
    }
  }
#endif
