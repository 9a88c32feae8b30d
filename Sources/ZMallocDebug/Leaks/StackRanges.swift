// Memory that stacks stand in, and how much of each is in use. What lies below a stack pointer was
// left there by calls that are over: it is read neither with the module, nor with the mapping, nor
// with the block that the stack stands in.
#if DEBUG_LAYER
  import CZMalloc

  /// The stacks that a leak scan knows of.
  ///
  /// An entry is `start:u64 end:u64 live:u64`; from `live` on the stack is in use.
  @safe
  struct StackRanges {
    private static let entryByteCount: UInt = 24
    private let table: UInt
    private let capacity: UInt
    private(set) var count: UInt = 0

    /// A range with room for so many; nil when there is no memory.
    init?(capacity wanted: UInt) {
      capacity = wanted
      guard let at = Memory.map(wanted * StackRanges.entryByteCount) else { return nil }
      table = at
    }

    func release() { Memory.unmap(table, capacity * StackRanges.entryByteCount) }

    private func entry(_ index: UInt) -> UInt { table + index * StackRanges.entryByteCount }

    mutating func add(_ start: UInt, _ end: UInt, live: UInt) {
      guard end > start, count < capacity else { return }
      Memory.store64(entry(count), UInt64(start))
      Memory.store64(entry(count) + 8, UInt64(end))
      Memory.store64(entry(count) + 16, UInt64(min(max(live, start), end)))
      count += 1
    }

    func start(_ index: UInt) -> UInt { UInt(Memory.load64(entry(index))) }
    func end(_ index: UInt) -> UInt { UInt(Memory.load64(entry(index) + 8)) }
    func live(_ index: UInt) -> UInt { UInt(Memory.load64(entry(index) + 16)) }

    /// The stack that begins first among those that overlap a range.
    func overlapping(_ from: UInt, _ to: UInt) -> (start: UInt, end: UInt)? {
      var found: (start: UInt, end: UInt)?
      for index in 0..<count {
        guard end(index) > from, start(index) < to else { continue }
        if found.map({ start(index) < $0.start }) ?? true { found = (start(index), end(index)) }
      }
      return found
    }
  }
#endif
