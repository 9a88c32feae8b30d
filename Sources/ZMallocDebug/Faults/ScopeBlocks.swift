// The blocks that were allocated in a scope and are not freed: a hash table by address with open
// addressing. Only allocations in a scope enter it.
//
//   an entry, 24 bytes: address:u64 byteCount:u64 scope:u32 stack:u32; address 1 marks a gap
#if DEBUG_LAYER
  import CZMalloc

  /// Unfreed blocks of scopes.
  @safe
  enum ScopeBlocks {
    private static let capacity: UInt = 1 << 17
    private static let stride: UInt = 24
    private static let gap: UInt64 = 1

    private static var table: UInt { unsafe state.pointee.scopeBlocks }

    private static func slot(_ address: UInt) -> UInt {
      UInt(truncatingIfNeeded: (UInt64(address) >> 4) &* 0x9E37_79B9_7F4A_7C15 >> 40)
        & (capacity - 1)
    }

    /// Enters a block of a scope; past the table's capacity none is entered.
    static func add(_ address: UInt, _ byteCount: UInt, scope: UInt32, stack: UInt32) {
      Lock.sites.acquire()
      defer { Lock.sites.release() }
      if table == 0 {
        guard let at = Memory.map(capacity * stride) else { return }
        unsafe state.pointee.scopeBlocks = at
      }
      guard unsafe state.pointee.scopeBlockCount < UInt32(capacity / 2) else { return }
      var place = slot(address)
      while Memory.load64(table + place * stride) > gap { place = (place + 1) & (capacity - 1) }
      let at = table + place * stride
      Memory.store64(at, UInt64(address))
      Memory.store64(at + 8, UInt64(byteCount))
      Memory.store32(at + 16, scope)
      Memory.store32(at + 20, stack)
      unsafe state.pointee.scopeBlockCount += 1
    }

    /// Takes a block out; it may be none of a scope.
    static func remove(_ address: UInt) {
      guard table != 0 else { return }
      Lock.sites.acquire()
      defer { Lock.sites.release() }
      var place = slot(address)
      while true {
        let at = table + place * stride
        let known = Memory.load64(at)
        if known == 0 { return }
        if known == UInt64(address) {
          Memory.store64(at, gap)
          unsafe state.pointee.scopeBlockCount -= 1
          return
        }
        place = (place + 1) & (capacity - 1)
      }
    }

    /// Visits the unfreed blocks of a scope until the visitor returns false.
    static func forEach(
      _ scope: UInt32, _ visit: (_ byteCount: UInt64, _ stack: UInt32) -> Bool
    ) {
      guard table != 0 else { return }
      Lock.sites.acquire()
      defer { Lock.sites.release() }
      for place in 0..<capacity {
        let at = table + place * stride
        guard Memory.load64(at) > gap, Memory.load32(at + 16) == scope else { continue }
        if !visit(Memory.load64(at + 8), Memory.load32(at + 20)) { return }
      }
    }

    /// Takes all blocks of a scope out.
    static func forget(_ scope: UInt32) {
      guard table != 0 else { return }
      Lock.sites.acquire()
      defer { Lock.sites.release() }
      for place in 0..<capacity {
        let at = table + place * stride
        guard Memory.load64(at) > gap, Memory.load32(at + 16) == scope else { continue }
        Memory.store64(at, gap)
        unsafe state.pointee.scopeBlockCount -= 1
      }
    }
  }
#endif
