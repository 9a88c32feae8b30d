// The blocks that scopes allocated, by address: open addressing with linear probing, in the layer's
// own memory, doubled when it is half full. A block stands here until it leaves the quarantine: a
// write to it after its free is its scope's mistake, too.
//
//   an entry, 16 bytes: address:u64 cell:u32 scope:u32; address 0 is an empty place
#if DEBUG_LAYER
  import CZMalloc

  /// Blocks of scopes.
  @safe
  enum ScopeBlocks {
    private static let firstCapacity: UInt = 4096
    private static let stride: UInt = 16

    private static var table: UInt { unsafe state.pointee.scopeBlocks }
    private static var mask: UInt { unsafe state.pointee.scopeBlockCapacity - 1 }

    /// Where a block stands if nothing is in its way.
    ///
    /// Near its neighbours, since a forked child pays for each page of the table that it touches.
    /// Each 2 MiB of addresses begins elsewhere.
    private static func home(_ address: UInt) -> UInt {
      (address >> 4 &+ (address >> 21) &* 0x9E3D) & mask
    }

    private static func addressAt(_ place: UInt) -> UInt {
      UInt(Memory.load64(table + place * stride))
    }
    private static func cellAt(_ place: UInt) -> UInt32 {
      Memory.load32(table + place * stride + 8)
    }
    private static func scopeAt(_ place: UInt) -> UInt32 {
      Memory.load32(table + place * stride + 12)
    }

    private static func put(_ address: UInt, _ cell: UInt32, _ scope: UInt32, at place: UInt) {
      Memory.store64(table + place * stride, UInt64(address))
      Memory.store32(table + place * stride + 8, cell)
      Memory.store32(table + place * stride + 12, scope)
    }

    /// The place of an address, or the empty one where it would go.
    private static func place(_ address: UInt) -> UInt {
      var place = home(address)
      while addressAt(place) != 0 && addressAt(place) != address { place = (place + 1) & mask }
      return place
    }

    /// Enters a block of a scope.
    ///
    /// Without memory for the table the report says that a limit was met.
    static func add(_ address: UInt, cell: UInt32, scope: UInt32) {
      Lock.sites.acquire()
      defer { Lock.sites.release() }
      guard unsafe FaultScopes.known(scope) != nil else { return }
      guard hasRoom() else {
        unsafe state.pointee.cellLimitMet = 1
        return
      }
      let place = place(address)
      if addressAt(place) == 0 { unsafe state.pointee.scopeBlockCount += 1 }
      put(address, cell, scope, at: place)
    }

    private static func hasRoom() -> Bool {
      let old = unsafe (at: table, capacity: state.pointee.scopeBlockCapacity)
      if unsafe UInt(state.pointee.scopeBlockCount) < old.capacity / 2 { return true }
      let capacity = max(firstCapacity, old.capacity * 2)
      guard let at = Memory.map(capacity * stride) else { return false }
      unsafe state.pointee.scopeBlocks = at
      unsafe state.pointee.scopeBlockCapacity = capacity
      guard old.at != 0 else { return true }
      for index in 0..<old.capacity {
        let entry = old.at + index * stride
        let address = UInt(Memory.load64(entry))
        guard address != 0 else { continue }
        put(address, Memory.load32(entry + 8), Memory.load32(entry + 12), at: place(address))
      }
      Memory.unmap(old.at, old.capacity * stride)
      return true
    }

    /// Takes a block out; it may be none of a scope.
    static func remove(_ address: UInt) {
      Lock.sites.acquire()
      defer { Lock.sites.release() }
      guard table != 0 else { return }
      let place = place(address)
      if addressAt(place) != 0 { empty(place) }
    }

    /// A block that realloc moved belongs to whom it belonged before, not to who grew it.
    static func inherit(from old: UInt, to new: UInt) {
      Lock.sites.acquire()
      defer { Lock.sites.release() }
      guard table != 0 else { return }
      let owner = scopeAt(place(old))
      let found = place(new)
      guard addressAt(found) != 0 else { return }
      if owner == 0 { empty(found) } else { Memory.store32(table + found * stride + 12, owner) }
    }

    /// Empties a place and moves up what probing would not find any more (Knuth, TAOCP 3, 6.4,
    /// algorithm R).
    private static func empty(_ place: UInt) {
      var hole = place
      var next = place
      while true {
        next = (next + 1) & mask
        let address = addressAt(next)
        if address == 0 { break }
        // How far each is from its home, going round.
        if (next &- home(address)) & mask < (next &- hole) & mask { continue }
        put(address, cellAt(next), scopeAt(next), at: hole)
        hole = next
      }
      put(0, 0, 0, at: hole)
      unsafe state.pointee.scopeBlockCount -= 1
    }

    /// The scope of a block, 0 for none.
    static func scope(of address: UInt) -> UInt32 {
      Lock.sites.acquire()
      defer { Lock.sites.release() }
      guard table != 0 else { return 0 }
      return scopeAt(place(address))
    }

    /// Visits the blocks of a scope, freed ones in quarantine too, until the visitor returns false.
    static func forEach(_ scope: UInt32, _ visit: (Cell) -> Bool) {
      Lock.sites.acquire()
      defer { Lock.sites.release() }
      guard table != 0, scope != 0 else { return }
      // Without ranges: in a debug build each step of one costs more than the rest.
      var at = table
      let end = table + (mask + 1) * stride
      while at < end {
        if Memory.load32(at + 12) == scope && !visit(Cell(id: Memory.load32(at + 8))) { return }
        at += stride
      }
    }

    /// Visits those that are not freed.
    static func forEachUnfreed(_ scope: UInt32, _ visit: (Cell) -> Bool) {
      forEach(scope) { $0.state == CellState.live ? visit($0) : true }
    }

    /// Gives all blocks of a scope to another one, or to none.
    ///
    /// The lock is held.
    static func hand(_ scope: UInt32, to heir: UInt32) {
      guard table != 0 else { return }
      var place: UInt = 0
      let capacity = mask + 1
      while place < capacity {
        guard scopeAt(place) == scope else {
          place += 1
          continue
        }
        if heir != 0 {
          Memory.store32(table + place * stride + 12, heir)
          place += 1
        } else {
          // Another entry may have moved here: look again. One that came around from the table's
          // start was looked at there.
          empty(place)
        }
      }
    }
  }
#endif
