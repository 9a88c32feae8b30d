// The unfreed blocks of scopes: a table of its own by address, because a block's record has no
// room for the scope that allocated it. Linear probing; an entry that goes lets those behind it
// move up, so that a table in use for long has no gaps to walk over. Only allocations in a scope
// enter it.
//
//   an entry, 24 bytes: address:u64 byteCount:u64 scope:u32 stack:u32; address 0 is free
#if DEBUG_LAYER
  import CZMalloc

  /// Unfreed blocks of scopes.
  @safe
  enum ScopeBlocks {
    private static let capacity: UInt = 1 << 17
    private static let mask = capacity - 1
    private static let stride: UInt = 24

    private static var table: UInt { unsafe state.pointee.scopeBlocks }
    private static var count: UInt32 { unsafe state.pointee.scopeBlockCount }

    private static func entry(_ place: UInt) -> UInt { table + place * stride }

    /// Where a block stands if nothing is in its way.
    ///
    /// Near its neighbours, since a forked child pays for each page of the table that it touches.
    /// Each 2 MiB of addresses begins elsewhere.
    private static func home(_ address: UInt) -> UInt {
      (address >> 4 &+ (address >> 21) &* 0x9E3D) & mask
    }

    /// The place of a block, or the free one where it would stand.
    private static func place(_ address: UInt) -> UInt {
      var place = home(address)
      while true {
        let known = Memory.load64(entry(place))
        if known == 0 || known == UInt64(address) { return place }
        place = (place + 1) & mask
      }
    }

    /// Enters a block of a scope; past the table's capacity none is entered.
    static func add(_ address: UInt, _ byteCount: UInt, scope: UInt32, stack: UInt32) {
      Lock.sites.acquire()
      defer { Lock.sites.release() }
      if table == 0 {
        guard let at = Memory.map(capacity * stride) else { return }
        unsafe state.pointee.scopeBlocks = at
      }
      guard count < UInt32(capacity / 2) else { return }
      let at = entry(place(address))
      if Memory.load64(at) == 0 { unsafe state.pointee.scopeBlockCount += 1 }
      Memory.store64(at, UInt64(address))
      Memory.store64(at + 8, UInt64(byteCount))
      Memory.store32(at + 16, scope)
      Memory.store32(at + 20, stack)
    }

    /// Takes a block out; it may be none of a scope.
    static func remove(_ address: UInt) {
      guard table != 0 else { return }
      Lock.sites.acquire()
      defer { Lock.sites.release() }
      let found = place(address)
      if Memory.load64(entry(found)) != 0 { clear(found) }
    }

    /// A block that realloc moved belongs to whom it belonged before, not to who grew it.
    static func inherit(from old: UInt, to new: UInt) {
      guard table != 0 else { return }
      Lock.sites.acquire()
      defer { Lock.sites.release() }
      let before = entry(place(old))
      let found = place(new)
      guard Memory.load64(entry(found)) != 0 else { return }
      if Memory.load64(before) == 0 {
        clear(found)
      } else {
        Memory.store32(entry(found) + 16, Memory.load32(before + 16))
      }
    }

    /// Frees a place, and lets what was pushed past it move up (Knuth, volume 3, 6.4, algorithm R).
    private static func clear(_ place: UInt) {
      var hole = place
      var next = (place + 1) & mask
      while true {
        let address = UInt(Memory.load64(entry(next)))
        if address == 0 { break }
        if (next &- home(address)) & mask >= (next &- hole) & mask {
          Memory.copy(to: entry(hole), from: entry(next), stride)
          hole = next
        }
        next = (next + 1) & mask
      }
      Memory.store64(entry(hole), 0)
      unsafe state.pointee.scopeBlockCount -= 1
    }

    /// Visits the unfreed blocks of a scope until the visitor returns false.
    static func forEach(
      _ scope: UInt32, _ visit: (_ byteCount: UInt64, _ stack: UInt32) -> Bool
    ) {
      guard table != 0, count > 0 else { return }
      Lock.sites.acquire()
      defer { Lock.sites.release() }
      var left = count
      for place in 0..<capacity where left > 0 {
        let at = entry(place)
        guard Memory.load64(at) != 0 else { continue }
        left -= 1
        guard Memory.load32(at + 16) == scope else { continue }
        if !visit(Memory.load64(at + 8), Memory.load32(at + 20)) { return }
      }
    }

    /// Gives the blocks of a scope to another one; to 0, takes them out.
    static func hand(_ scope: UInt32, to outer: UInt32) {
      guard table != 0, count > 0 else { return }
      Lock.sites.acquire()
      defer { Lock.sites.release() }
      var place: UInt = 0
      while place < capacity {
        let at = entry(place)
        if Memory.load64(at) != 0, Memory.load32(at + 16) == scope {
          // Another one may have moved up to this place.
          guard outer != 0 else {
            clear(place)
            continue
          }
          Memory.store32(at + 16, outer)
        }
        place += 1
      }
    }
  }
#endif
