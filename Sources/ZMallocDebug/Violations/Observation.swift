// What else there is to say of an overwrite: when the block was last seen whole, and whether its
// bytes continue what stands before them.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// Observations beside a violation.
  @safe
  enum Observation {
    /// Bytes before the damage that are looked at.
    private static let lookBack: UInt = 16
    private static let leastRun: UInt = 4

    /// Of a damaged canary.
    static func ofDamage(
      _ cell: Cell, _ damage: CanaryDamage, _ entry: ViolationEntry
    ) -> ObservationEntry {
      var seen = since(entry.allocated, entry)
      if damage.first == cell.end {
        seen.continuation = continuation(cell.address, cell.end, damage)?.rawValue ?? 0
      } else if damage.first < cell.address, entry.below.address != 0, entry.below.isFreed == 0,
        !GuardPool.holds(UInt(entry.below.address))
      {
        let start = UInt(entry.below.address)
        let end = start + UInt(entry.below.byteCount)
        if hasRunOver(start, end) {
          seen.continuation = continuation(start, end, damage)?.rawValue ?? 0
          seen.isOfBelow = 1
        }
      }
      return seen
    }

    /// Whether the block below has run over all that lies between: its own canary first.
    ///
    /// Another thread may free it, and unmap it, at this moment.
    private static func hasRunOver(_ start: UInt, _ end: UInt) -> Bool {
      var word: UInt64 = 0
      guard unsafe zmalloc_probe_copy(&word, Memory.pointer(end), 8) == 0 else { return false }
      let own = Canary(address: start, byteCount: end - start).rear
      return UInt8(truncatingIfNeeded: word) != UInt8(truncatingIfNeeded: own)
    }

    /// What is known of a block that was whole at a moment: the last sweep came later, if it did.
    static func since(_ moment: MomentEntry, _ entry: ViolationEntry) -> ObservationEntry {
      var seen = ObservationEntry()
      let swept = unsafe state.pointee.swept
      // One that was asked for comes after the operation that it names, the others before theirs.
      let isLater = unsafe swept.operation + UInt64(state.pointee.sweptAfter) > moment.operation
      seen.intact = isLater ? swept : moment
      seen.isNoticedBefore = HeapSweep.isBefore(entry.noticed) ? 1 : 0
      return seen
    }

    /// How the damaged bytes continue those before `edge`, of a block that may be another's.
    private static func continuation(
      _ start: UInt, _ edge: UInt, _ damage: CanaryDamage
    ) -> Continuation? {
      let count = min(lookBack, edge - start)
      guard count >= leastRun else { return nil }
      var bytes: (UInt64, UInt64) = (0, 0)
      return unsafe withUnsafeMutablePointer(to: &bytes) { bytes in
        let from = unsafe Memory.pointer(edge - count)
        guard unsafe zmalloc_probe_copy(bytes, from, Int(count)) == 0 else { return nil }
        return continuation(of: UInt(bitPattern: bytes), count, damage)
      }
    }

    /// How the damaged bytes continue `count` others.
    private static func continuation(
      of start: UInt, _ count: UInt, _ damage: CanaryDamage
    ) -> Continuation? {
      let edge = start + count
      let found = min(32, damage.end - damage.first)
      if isText(edge - leastRun, leastRun) {
        if found == 1 && Memory.load8(damage.first) == 0 { return .terminator }
        let isEnded = Memory.load8(damage.first + found - 1) == 0
        if isText(damage.first, isEnded ? found - 1 : found) {
          return isRun(edge - leastRun, leastRun, damage.first, found, 1) ? .byte : .text
        }
      }
      if isRun(edge - leastRun, leastRun, damage.first, found, 1) { return .byte }
      var period: UInt = 2
      while period <= 8 && count >= period * 2 {
        if isRun(edge - period * 2, period * 2, damage.first, found, period) { return .pattern }
        period *= 2
      }
      return nil
    }

    /// Whether bytes repeat with a period, and others go on with it from where these end.
    private static func isRun(
      _ start: UInt, _ count: UInt, _ next: UInt, _ nextCount: UInt, _ period: UInt
    ) -> Bool {
      for offset in period..<max(period, count)
      where Memory.load8(start + offset) != Memory.load8(start + offset - period) {
        return false
      }
      for offset in 0..<nextCount {
        let before = start + count - period + offset % period
        if Memory.load8(next + offset) != Memory.load8(before) { return false }
      }
      return true
    }

    private static func isText(_ start: UInt, _ count: UInt) -> Bool {
      for offset in 0..<count {
        let byte = Memory.load8(start + offset)
        let isPrintable = byte >= 32 && byte < 127
        if !isPrintable && byte != 9 && byte != 10 { return false }
      }
      return count > 0
    }
  }
#endif
