// Reads memory word by word for pointers, whether it is mapped or not: pieces are copied by a
// routine that survives a missing page, so that a thread that unmaps something meanwhile costs a
// piece and not the program.
#if DEBUG_LAYER
  import CZMalloc

  /// A buffer through which memory is read.
  @safe
  struct MemoryScanner {
    // Two pages: few enough to stay in the first cache, and to cost a copy of the process little.
    private static let bufferByteCount: UInt = 8192
    private let buffer: UInt
    private(set) var byteCount: UInt64 = 0

    init?() {
      guard let at = Memory.map(MemoryScanner.bufferByteCount) else { return nil }
      buffer = at
    }

    func release() { Memory.unmap(buffer, MemoryScanner.bufferByteCount) }

    /// A word without its top byte, where Swift's bridge objects and enum payloads keep their tags.
    @inline(__always)
    static func address(_ word: UInt64) -> UInt { UInt(word & 0x00FF_FFFF_FFFF_FFFF) }

    /// Visits every aligned word from `start` to `end` that may be a pointer, with its offset.
    @inline(__always)
    mutating func forEachWord(
      _ start: UInt, _ end: UInt, _ visit: (_ offset: UInt, _ word: UInt) -> Void
    ) {
      let first = (start + 7) & ~7
      var at = first
      while at + 8 <= end {
        let piece = min(MemoryScanner.bufferByteCount, (end - at) & ~7)
        let missed = unsafe UInt(
          zmalloc_probe_copy(Memory.pointer(buffer), Memory.pointer(at), Int(piece)))
        let got = (piece - missed) & ~7
        var offset: UInt = 0
        while offset < got {
          let whole = Memory.load64(buffer + offset)
          let word = MemoryScanner.address(whole)
          // No block starts in the first page or in the kernel's half.
          if word > 65535 && word < 1 << 47 {
            visit(at + offset - start, SwiftSideTable.address(whole, at: at + offset) ?? word)
          }
          offset += 8
        }
        byteCount += UInt64(got)
        at += piece
        // A missing page: go on behind it.
        if missed > 0 { at = (at - piece + got + Memory.pageSize) & ~(Memory.pageSize - 1) }
      }
    }
  }
#endif
