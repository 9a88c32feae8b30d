// The part of a recording that is about one scope: its unfreed blocks, its mistakes, its failures.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// Writes what a scope knows.
  @safe
  enum ScopeRecording {
    /// How many blocks of a scope are not freed, and their bytes.
    static func unfreed(_ scope: UInt32) -> (count: UInt64, byteCount: UInt64) {
      var sum: (count: UInt64, byteCount: UInt64) = (0, 0)
      ScopeBlocks.forEachUnfreed(scope) { cell in
        sum.count += 1
        sum.byteCount += UInt64(cell.byteCount)
        return true
      }
      return sum
    }

    /// Writes the sections `blocks`, `violations` and `faults`, and marks their stacks.
    static func write(_ writer: inout RecordingWriter, _ scope: UInt32) {
      writer.begin(.blocks, entryByteCount: MemoryLayout<BlockEntry>.size)
      var place: UInt32 = 0
      ScopeBlocks.forEachUnfreed(scope) { cell in
        var entry = block(cell, place)
        entry.faultBefore = own(entry.faultBefore, scope)
        writer.add(entry)
        place += 1
        return true
      }
      writer.end()
      writer.begin(.violations, entryByteCount: MemoryLayout<ViolationEntry>.size)
      ScopeViolations.forEach(scope) { entry in
        var entry = entry
        entry.faultBefore = own(entry.faultBefore, scope)
        Recorder.add(entry, to: &writer)
      }
      writer.end()
      writer.begin(.faults, entryByteCount: MemoryLayout<FaultEntry>.size)
      FaultScopes.forEachFault(scope) { entry in
        StackDepot.mark(entry.stack)
        writer.add(entry)
      }
      writer.end()
    }

    private static func block(_ cell: Cell, _ place: UInt32) -> BlockEntry {
      var entry = BlockEntry(cell)
      // Each stands for itself: whether another one holds it does not matter.
      entry.head = place
      entry.parent = BlockEntry.noIndex
      entry.state = BlockState.unfreed.rawValue
      StackDepot.markAsLeak(cell.stack)
      return entry
    }

    /// A failure's number, 0 when it happened elsewhere: tests run side by side.
    private static func own(_ number: UInt32, _ scope: UInt32) -> UInt32 {
      var found: UInt32 = 0
      FaultScopes.forEachFault(scope) { if $0.number == number { found = number } }
      return found
    }
  }
#endif
