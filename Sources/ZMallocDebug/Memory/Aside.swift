// Memory for what is asked while the layer is busy on the thread. A signal's handler may have
// interrupted the allocator below in the middle of a change, and that one gives the same piece out
// twice then (glibc takes no lock in a process of one thread). So nothing here goes there, waits or
// takes a lock: pieces of powers of two, each size with a list of those given back, and a mapping
// of its own for what is larger. What a handler keeps here is reached by the leak scan.
#if DEBUG_LAYER
  import CZMalloc

  /// Memory beside the allocator below.
  @safe
  enum Aside {
    private static let byteCount: UInt = 1 << 20

    /// A piece at a multiple of the alignment, a power of two; nil when there is no memory.
    ///
    /// Beyond a page the caller aligns within it.
    static func take(_ wanted: UInt, alignment: UInt) -> UInt? {
      if let piece = pieces()?.take(wanted, alignment: alignment) { return piece }
      return unsafe zmalloc_map(Int(mappedByteCount(wanted, alignment)))
        .map { UInt(bitPattern: $0) }
    }

    /// Gives a piece back; size and alignment are those that it was asked with.
    static func giveBack(_ piece: UInt, _ wanted: UInt, alignment: UInt) {
      let start = unsafe UInt(zmalloc_load64(&state.pointee.aside))
      if start != 0, piece >= start, piece - start < byteCount {
        let pieces = Pieces(start: start, byteCount: byteCount)
        return pieces.giveBack(piece, wanted, alignment: alignment)
      }
      unsafe zmalloc_unmap(Memory.pointer(piece), Int(mappedByteCount(wanted, alignment)))
    }

    private static func mappedByteCount(_ wanted: UInt, _ alignment: UInt) -> UInt {
      let whole = wanted + (alignment > Memory.pageSize ? alignment : 0)
      return (whole + Memory.pageSize - 1) & ~(Memory.pageSize - 1)
    }

    /// Visits what was ever given out as pieces: those given back hold nothing.
    static func forEachPiece(_ visit: (_ start: UInt, _ end: UInt) -> Void) {
      let start = unsafe UInt(zmalloc_load64(&state.pointee.aside))
      guard start != 0 else { return }
      let pieces = Pieces(start: start, byteCount: byteCount)
      visit(start + Memory.pageSize, start + max(pieces.usedByteCount, Memory.pageSize))
    }

    /// The memory for pieces, taken when it is first needed.
    private static func pieces() -> Pieces? {
      let known = unsafe UInt(zmalloc_load64(&state.pointee.aside))
      if known != 0 { return Pieces(start: known, byteCount: byteCount) }
      guard let mine = Region.take(byteCount) else { return nil }
      if unsafe !zmalloc_swap64(&state.pointee.aside, 0, UInt64(mine)) {
        // A handler or another thread was first.
        _ = Region.giveBack(mine, byteCount)
      }
      let start = unsafe UInt(zmalloc_load64(&state.pointee.aside))
      return Pieces(start: start, byteCount: byteCount)
    }
  }

  /// Zeroed memory that is cut into pieces of powers of two, each size with a list of those given
  /// back: for threads and handlers at the same time.
  ///
  /// The first page holds how much of it is cut, then a list for each size: the offset of its first
  /// piece, above it how often it changed, so that no change goes unseen.
  @safe
  struct Pieces {
    let start: UInt
    /// 4 GiB at most.
    let byteCount: UInt

    private static let leastLog2: UInt = 6
    private static let mostLog2: UInt = 14
    private static let offsets: UInt64 = 0xFFFF_FFFF

    var usedByteCount: UInt { UInt(unsafe zmalloc_load64(Memory.word64(start))) }

    /// A piece at a multiple of the alignment, a power of two up to a page; nil when it is too
    /// large or there is none left.
    func take(_ wanted: UInt, alignment: UInt) -> UInt? {
      let log2 = Pieces.sizeLog2(wanted, alignment)
      guard log2 <= Pieces.mostLog2 else { return nil }
      return pop(log2) ?? cut(1 << log2)
    }

    /// Gives a piece back; size and alignment are those that it was asked with.
    func giveBack(_ piece: UInt, _ wanted: UInt, alignment: UInt) {
      let log2 = Pieces.sizeLog2(wanted, alignment)
      let list = unsafe list(log2)
      Memory.fill(piece, 0, 1 << log2)
      while true {
        let head = unsafe zmalloc_load64(list)
        Memory.store64(piece, head & Pieces.offsets)
        if unsafe change(list, head, first: UInt64(piece - start)) { return }
      }
    }

    private static func sizeLog2(_ wanted: UInt, _ alignment: UInt) -> UInt {
      let least = max(max(wanted, alignment), 1 << leastLog2)
      return UInt(UInt.bitWidth - (least - 1).leadingZeroBitCount)
    }

    /// A piece that was never given out.
    private func cut(_ size: UInt) -> UInt? {
      let word = unsafe Memory.word64(start)
      while true {
        let used = unsafe zmalloc_load64(word)
        let offset = (max(UInt(used), Memory.pageSize) + size - 1) & ~(size - 1)
        guard offset + size <= byteCount else { return nil }
        if unsafe zmalloc_swap64(word, used, UInt64(offset + size)) { return start + offset }
      }
    }

    private func pop(_ log2: UInt) -> UInt? {
      let list = unsafe list(log2)
      while true {
        let head = unsafe zmalloc_load64(list)
        guard head & Pieces.offsets != 0 else { return nil }
        let piece = start + UInt(head & Pieces.offsets)
        // Who took the piece meanwhile may have written here: then the head has changed.
        let next = Memory.load64(piece) & Pieces.offsets
        if unsafe change(list, head, first: next) { return piece }
      }
    }

    private func list(_ log2: UInt) -> UnsafeMutablePointer<UInt64> {
      unsafe Memory.word64(start + 8 * log2)
    }

    private func change(
      _ list: UnsafeMutablePointer<UInt64>, _ head: UInt64, first: UInt64
    ) -> Bool {
      unsafe zmalloc_swap64(list, head, (head >> 32 &+ 1) << 32 | first)
    }
  }
#endif
