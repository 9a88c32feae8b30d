// Swift's side tables: what an object that was ever referred to weakly keeps its counts in. The
// object's pointer to it is shifted, and its own pointer back keeps nothing alive, so that a scan
// that reads words as pointers has both the wrong way round.
//
//   object     0 metadata   8 counts: bits 63 and 62, and the table's address shifted right by 3
//   table      0 object     8 unused  16 counts  24 count of weak references
//
// (swift/stdlib/public/SwiftShims/swift/shims/RefCount.h)
#if DEBUG_LAYER
  import CZMalloc

  /// Tells side tables by both of their pointers: no other word is taken for one.
  @safe
  enum SwiftSideTable {
    private static let byteCount: UInt = 32
    private static let countsOffset: UInt = 8
    /// Counts elsewhere, and elsewhere is a side table.
    private static let marks: UInt64 = 3 << 62

    /// The address that an object's counts at `place` lead to; nil for any word that is none.
    @inline(__always)
    static func address(_ word: UInt64, at place: UInt) -> UInt? {
      word >= marks ? table(word, at: place) : nil
    }

    private static func table(_ word: UInt64, at place: UInt) -> UInt? {
      let table = decoded(word)
      var object: UInt64 = 0
      guard unsafe zmalloc_probe_load(Memory.pointer(table), &object),
        UInt(object) == place &- countsOffset
      else { return nil }
      return table
    }

    private static func decoded(_ word: UInt64) -> UInt { UInt(truncatingIfNeeded: word << 3) }

    /// How many bytes at the start of a block keep nothing alive: those of a side table's pointer
    /// to its object.
    @inline(__always)
    static func weakByteCount(_ start: UInt, _ size: UInt) -> UInt {
      size == byteCount && isTable(start) ? 8 : 0
    }

    private static func isTable(_ start: UInt) -> Bool {
      var object: UInt64 = 0
      var counts: UInt64 = 0
      guard unsafe zmalloc_probe_load(Memory.pointer(start), &object), object > 65535,
        object < 1 << 47, object & 7 == 0,
        unsafe zmalloc_probe_load(Memory.pointer(UInt(object) + countsOffset), &counts)
      else { return false }
      return counts >= marks && decoded(counts) == start
    }
  }
#endif
