// The call stacks of a recording, packed: one array of addresses, one of entries sorted by id.
import RecordingFormat

/// A call stack, innermost frame first.
public struct CallStack: Sendable, Equatable {
  /// The addresses: return addresses, but for the first of an exact stack.
  public var addresses: ArraySlice<UInt64>
  /// There are more frames than were kept.
  public var isCut: Bool
  /// The first address is an instruction's own.
  public var isExact: Bool
  /// The unwinder was not there yet: only the caller is known.
  public var isOneFrame: Bool
}

/// The call stacks by id.
///
/// Finding one takes O(log *n*).
public struct StackTable: Sendable {
  /// One stack: 16 bytes, for a file's entry of at least 8.
  struct Entry: Sendable {
    var id: UInt32
    var frameCount: UInt16
    var flags: UInt16
    var firstFrame: Int
  }

  var entries: [Entry] = []
  var frames: [UInt64] = []

  /// No stacks.
  public init() {}

  /// Makes a table of these stacks, none of them cut, exact or of one frame.
  ///
  /// - Precondition: No id is 0, no stack has more than 65,535 frames.
  public init(_ stacks: [UInt32: [UInt64]]) {
    for (id, addresses) in stacks.sorted(by: { $0.key < $1.key }) {
      precondition(
        id != 0 && addresses.count <= UInt16.max, "not a stack that a recording can hold")
      entries.append(
        Entry(id: id, frameCount: UInt16(addresses.count), flags: 0, firstFrame: frames.count))
      frames += addresses
    }
  }

  /// How many stacks there are.
  public var count: Int { entries.count }

  /// The ids, ascending.
  public var ids: [UInt32] { entries.map(\.id) }

  /// The stack with this id; `nil` for 0 and for an id that does not exist.
  public subscript(id: UInt32) -> CallStack? {
    guard let index = index(of: id) else { return nil }
    let entry = entries[index]
    let first = entry.firstFrame
    return CallStack(
      addresses: frames[first..<(first + Int(entry.frameCount))],
      isCut: entry.flags & StackHead.isCut != 0,
      isExact: entry.flags & StackHead.isExact != 0,
      isOneFrame: entry.flags & StackHead.isOneFrame != 0)
  }

  /// Adds a stack; its id is larger than all before it.
  public mutating func append(id: UInt32, addresses: [UInt64], flags: UInt16) {
    let first = frames.count
    frames += addresses
    entries.append(
      Entry(id: id, frameCount: UInt16(clamping: addresses.count), flags: flags, firstFrame: first))
  }

  /// Whether an entry may name this stack: it exists, or it is 0.
  func resolves(_ id: UInt32) -> Bool { id == 0 || index(of: id) != nil }

  /// Sorts the entries; `false` when two have the same id.
  mutating func sortEntries() -> Bool {
    let isSorted = zip(entries, entries.dropFirst()).allSatisfy { $0.id < $1.id }
    if isSorted { return true }
    entries.sort { $0.id < $1.id }
    return zip(entries, entries.dropFirst()).allSatisfy { $0.id < $1.id }
  }

  private func index(of id: UInt32) -> Int? {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].id < id { low = middle + 1 } else { high = middle }
    }
    guard low < entries.count, entries[low].id == id else { return nil }
    return low
  }
}
