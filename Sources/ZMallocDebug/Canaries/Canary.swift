// Canaries: a keyed hash of the process's secret, the address and the size, so that no other
// block's canary and no earlier one at this address passes. The mixer is two rounds of the
// finaliser of MurmurHash3 (Appleby, public domain idea): multiply, fold.
#if DEBUG_LAYER
  import CZMalloc

  /// The damage to a canary: addresses of the first changed byte and of the one after the last.
  struct CanaryDamage {
    let first: UInt
    let end: UInt
    /// The eight bytes that repeat in the whole canary.
    let expected: UInt64
    let canaryStart: UInt
  }

  extension Cell {
    /// Writes the canaries of its block anew: what was wrong with them is reported once.
    func renewCanaries() {
      Canary(address: address, byteCount: byteCount).write(address: address, layout: layout)
    }
  }

  /// The canaries of a block.
  @safe
  struct Canary {
    let value: UInt64

    @inline(__always)
    init(address: UInt, byteCount: UInt) {
      var mixed = (UInt64(address) ^ (unsafe state.pointee.secret)) &* 0xFF51_AFD7_ED55_8CCD
      mixed ^= mixed >> 32
      mixed = (mixed &+ UInt64(byteCount)) &* 0xC4CE_B9FE_1A85_EC53
      // A zero byte would hide the terminator of a string that is one too long.
      value = (mixed ^ mixed >> 29) | 0x0101_0101_0101_0101
    }

    var rear: UInt64 { value.byteSwapped }

    /// Writes both canaries.
    @inline(__always)
    func write(address: UInt, layout: BlockLayout) {
      Memory.store64(address - 8, value)
      let end = address + layout.byteCount
      // Three overlapping words cover 8 to 23 bytes, each with the byte order that repeats from the
      // canary's start.
      let count = layout.canaryByteCount
      Memory.store64(end, rear)
      if count > 8 { writeTail(end, count) }
    }

    /// Whether the canary before the block is whole.
    @inline(__always)
    func frontIsWhole(_ address: UInt) -> Bool { Memory.load64(address - 8) == value }

    /// Whether the canary behind the block is whole.
    @inline(__always)
    func rearIsWhole(_ end: UInt, _ count: UInt) -> Bool {
      guard Memory.load64(end) == rear else { return false }
      return count == 8 || tailIsWhole(end, count)
    }

    /// The damage before the block: all bytes that differ, nil when it is whole.
    func frontDamage(_ address: UInt) -> CanaryDamage? {
      Canary.damage(address - 8, 8, value)
    }

    /// The damage behind the block, nil when it is whole.
    func rearDamage(_ end: UInt, _ count: UInt) -> CanaryDamage? {
      Canary.damage(end, count, rear)
    }

    private func rotated(_ offset: UInt) -> UInt64 {
      let bits = (offset & 7) * 8
      return bits == 0 ? rear : rear >> UInt64(bits) | rear << UInt64(64 - bits)
    }

    @inline(__always)
    private func writeTail(_ end: UInt, _ count: UInt) {
      if count >= 16 { Memory.store64(end + 8, rear) }
      Memory.store64(end + count - 8, rotated(count - 8))
    }

    @inline(__always)
    private func tailIsWhole(_ end: UInt, _ count: UInt) -> Bool {
      if count >= 16 && Memory.load64(end + 8) != rear { return false }
      return Memory.load64(end + count - 8) == rotated(count - 8)
    }

    /// The bytes of a range that differ from eight that repeat, nil when none does.
    ///
    /// They are read from a copy of the range where there is one.
    static func damage(
      _ start: UInt, _ count: UInt, _ pattern: UInt64, copy: UInt? = nil
    ) -> CanaryDamage? {
      var first: UInt?
      var end = start
      for offset in 0..<count {
        let expected = UInt8(truncatingIfNeeded: pattern >> UInt64((offset & 7) * 8))
        if Memory.load8((copy ?? start) + offset) == expected { continue }
        if first == nil { first = start + offset }
        end = start + offset + 1
      }
      return first.map {
        CanaryDamage(first: $0, end: end, expected: pattern, canaryStart: start)
      }
    }
  }
#endif
