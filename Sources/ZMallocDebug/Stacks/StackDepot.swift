// The stacks, each kept once: a hash table of chains in an arena of 1 MiB chunks. A node never
// changes after it is published, so that lookups take no lock; a chunk is mapped under one.
//
//   node: next:u32 hash:u32 | frameCount:u16 flags:u16 mark:u32 | fault:u32 site:u32 |
//         freeStack:u32 freeCount:u32 | frames, 8 bytes each
//
// A stack's id is its node's offset over all chunks, in units of 8 bytes. Limit: 2,048 chunks. What
// stands at offset 0 is zero: the node of the stack 0, which is none.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// The stacks that were seen.
  @safe
  enum StackDepot {
    static let chunkByteCount: UInt64 = 1 << 20
    /// The table begins small, since each copy of a forked process touches pages of its own; past
    /// this many stacks a larger one takes the new ones, and both are looked at.
    static let smallBucketCount: UInt64 = 1 << 11
    static let smallLimit: UInt32 = 1 << 12
    static let bucketCount: UInt64 = 1 << 15
    static let headByteCount: UInt = 32

    /// Maps the table.
    ///
    /// Called once, at the start.
    static func start() -> Bool {
      guard let buckets = Memory.map(UInt(smallBucketCount) * 4) else { return false }
      unsafe state.pointee.smallStackBuckets = buckets
      unsafe state.pointee.nextStack = UInt64(headByteCount)
      return map(0)
    }

    static func address(of id: UInt32) -> UInt {
      let offset = UInt64(id) * 8
      let chunk = Memory.load64(LayerStorage.stackChunks + UInt(offset / chunkByteCount) * 8)
      return UInt(chunk) + UInt(offset % chunkByteCount)
    }

    /// The id of the stack that the thread captured last; 0 when the limit is met.
    static func intern(_ thread: ThreadState) -> UInt32 {
      let count = unsafe Int(thread.pointee.frame_count)
      guard count > 0 else { return 0 }
      let frames = unsafe zmalloc_thread_frames(thread) + Int(thread.pointee.first_frame)
      let flags = unsafe UInt16(truncatingIfNeeded: thread.pointee.frame_flags)
      let hash = unsafe hash(frames, count, flags)
      let small = unsafe state.pointee.smallStackBuckets + UInt(UInt64(hash) % smallBucketCount) * 4
      let large = unsafe state.pointee.stackBuckets
      var slot = small
      var head: UInt32 = 0
      if large != 0 {
        slot = large + UInt(UInt64(hash) % bucketCount) * 4
        head = Memory.acquire32(slot)
        if let id = unsafe find(head, hash, frames, count, flags) { return id }
      }
      let first = Memory.acquire32(small)
      if let id = unsafe find(first, hash, frames, count, flags) { return id }
      if large == 0 { head = first }
      guard let id = reserve(count) else {
        unsafe _ = zmalloc_add32(&state.pointee.stacksDropped, 1)
        return 0
      }
      let at = address(of: id)
      Memory.store32(at + 4, hash)
      Memory.store32(at + 8, UInt32(count) | UInt32(flags) << 16)
      Memory.store64(at + 12, 0)
      Memory.store32(at + 20, 0)
      Memory.store64(at + 24, 0)
      Memory.copy(to: at + headByteCount, from: UInt(bitPattern: frames), UInt(count) * 8)
      Memory.store32(at, head)
      while !Memory.swap32(slot, from: head, to: id) {
        // What was published meanwhile may be this stack, whose frees are counted by its id. Two
        // ids are left only where one of two threads has not seen the larger table yet.
        let searched = head
        head = Memory.acquire32(slot)
        if let other = unsafe find(head, until: searched, hash, frames, count, flags) {
          return other
        }
        Memory.store32(at, head)
      }
      let known = unsafe zmalloc_add32(&state.pointee.stackCount, 1)
      if known == smallLimit, let buckets = Memory.map(UInt(bucketCount) * 4) {
        unsafe state.pointee.stackBuckets = buckets
      }
      return id
    }

    private static func hash(
      _ frames: UnsafeMutablePointer<UInt>, _ count: Int, _ flags: UInt16
    ) -> UInt32 {
      // Two chains side by side: one would wait for each multiplication.
      var even = UInt64(count) | UInt64(flags) << 32
      var odd: UInt64 = 0x9E37_79B9_7F4A_7C15
      var index = 0
      while index + 1 < count {
        even = (even ^ UInt64(unsafe frames[index])) &* 0x9E37_79B9_7F4A_7C15
        odd = (odd ^ UInt64(unsafe frames[index + 1])) &* 0xC2B2_AE3D_27D4_EB4F
        index += 2
      }
      if index < count { even = (even ^ UInt64(unsafe frames[index])) &* 0x9E37_79B9_7F4A_7C15 }
      let mixed = (even ^ even >> 32) &+ (odd ^ odd >> 29) &* 0x1656_67B1_9E37_79F9
      return UInt32(truncatingIfNeeded: mixed ^ mixed >> 32)
    }

    private static func find(
      _ head: UInt32, until last: UInt32 = 0, _ hash: UInt32,
      _ frames: UnsafeMutablePointer<UInt>, _ count: Int, _ flags: UInt16
    ) -> UInt32? {
      var id = head
      let shape = UInt32(count) | UInt32(flags) << 16
      while id != last {
        let at = address(of: id)
        if Memory.load32(at + 4) == hash && Memory.load32(at + 8) == shape {
          let equal = unsafe zmalloc_compare(
            Memory.pointer(at + headByteCount), frames, count * 8)
          if equal == 0 { return id }
        }
        id = Memory.load32(at)
      }
      return nil
    }

    /// Reserves a node that lies within one chunk, and maps that chunk.
    private static func reserve(_ count: Int) -> UInt32? {
      let byteCount = UInt64(headByteCount) + UInt64(count) * 8
      while true {
        let next = unsafe zmalloc_load64(&state.pointee.nextStack)
        var start = next
        if start / chunkByteCount != (start + byteCount - 1) / chunkByteCount {
          start = (start / chunkByteCount + 1) * chunkByteCount
        }
        guard map(UInt32(start / chunkByteCount)) else { return nil }
        if unsafe zmalloc_swap64(&state.pointee.nextStack, next, start + byteCount) {
          return UInt32(start / 8)
        }
      }
    }

    private static func map(_ chunk: UInt32) -> Bool {
      guard chunk < LayerStorage.stackChunkLimit else { return false }
      let slot = LayerStorage.stackChunks + UInt(chunk) * 8
      if unsafe zmalloc_load64(Memory.word64(slot)) != 0 { return true }
      Lock.stacks.acquire()
      defer { Lock.stacks.release() }
      if Memory.load64(slot) != 0 { return true }
      guard let at = Memory.map(UInt(chunkByteCount)) else { return false }
      unsafe zmalloc_store64(Memory.word64(slot), UInt64(at))
      return true
    }

    // What a fault plan keeps with a stack; see SiteTable.

    static func frameCount(_ node: UInt) -> Int { Int(Memory.load32(node + 8) & 0xFFFF) }
    static func frame(_ node: UInt, _ index: Int) -> UInt {
      UInt(Memory.load64(node + headByteCount + UInt(index) * 8))
    }

    @inline(__always)
    static func faultWord(_ node: UInt) -> UInt32 { Memory.load32(node + 16) }
    static func setFaultWord(_ node: UInt, _ word: UInt32) { Memory.release32(node + 16, word) }
    static func siteIndex(_ node: UInt) -> UInt32 { Memory.load32(node + 20) }
    static func setSiteIndex(_ node: UInt, _ index: UInt32) { Memory.store32(node + 20, index) }

    // Marks say which stacks the recording needs.

    static func mark(_ id: UInt32) {
      guard id != 0 else { return }
      let at = address(of: id) + 12
      Memory.store32(at, Memory.load32(at) | 1)
    }

    /// Marks the stack that allocated a leak: the recording says where its other blocks were freed.
    static func markAsLeak(_ id: UInt32) {
      guard id != 0 else { return }
      Memory.store32(address(of: id) + 12, 3)
    }

    static func isMarkedAsLeak(_ id: UInt32) -> Bool {
      id != 0 && Memory.load32(address(of: id) + 12) & 2 != 0
    }

    static func isMarked(_ id: UInt32) -> Bool {
      Memory.load32(address(of: id) + 12) != 0
    }

    /// Writes only where a mark is set: a forked copy of the process pays for each page it touches.
    static func clearMarks() {
      forEachID { id in
        if isMarked(id) { Memory.store32(address(of: id) + 12, 0) }
      }
    }

    /// Visits every published stack by its id.
    static func forEachID(_ visit: (UInt32) -> Void) {
      unsafe forEachID(in: state.pointee.smallStackBuckets, smallBucketCount, visit)
      unsafe forEachID(in: state.pointee.stackBuckets, bucketCount, visit)
    }

    private static func forEachID(
      in buckets: UInt, _ count: UInt64, _ visit: (UInt32) -> Void
    ) {
      guard buckets != 0 else { return }
      var bucket = buckets
      let end = buckets + UInt(count) * 4
      while bucket < end {
        var id = Memory.acquire32(bucket)
        while id != 0 {
          visit(id)
          id = Memory.load32(address(of: id))
        }
        bucket += 4
      }
    }
  }
#endif
