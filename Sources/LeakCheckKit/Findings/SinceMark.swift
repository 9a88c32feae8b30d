// What was allocated since a mark and is still in use, by site.
import Recording

/// Which mark a person means.
public enum MarkChoice: Sendable, Equatable {
  /// The last one that the recording has.
  case last
  /// The one of this number.
  case number(UInt32)

  /// From `last` or a number.
  public init?(argument: String) {
    if argument == "last" {
      self = .last
    } else if let number = UInt32(argument), number > 0 {
      self = .number(number)
    } else {
      return nil
    }
  }

  /// What is said of a recording without it.
  var absence: String {
    switch self {
    case .last: "no mark was set"
    case .number(let number): "it has no mark \(number)"
    }
  }

  /// The mark; nil when the recording has no such mark.
  func find(in recording: Recording) -> MarkEntry? {
    switch self {
    case .last: recording.marks.last
    case .number(let number): recording.marks.first { $0.number == number }
    }
  }
}

/// The blocks since a mark.
public struct SinceMark: Sendable {
  /// The number of the mark.
  public var number: UInt32
  /// When it was, nanoseconds since the start of the layer.
  public var time: UInt64
  /// Blocks in use, the lost ones included.
  public var blockCount: UInt64
  /// Their bytes.
  public var byteCount: UInt64
  /// Where they were allocated, most bytes first, the first few.
  public var sites: [LeakFinding.Child]
  /// How many stacks they have.
  public var siteCount: Int
}

/// A mark that was found in a recording, and what the recording says since.
struct SinceRequest {
  /// How many sites are shown.
  static let siteLimit = 20

  let mark: MarkEntry
  /// All blocks in use since the mark by stack, most bytes first.
  let sites: [SinceSite]
  /// The recording without the trees whose heads are older.
  let chosen: Recording

  var shown: ArraySlice<SinceSite> { sites.prefix(Self.siteLimit) }

  init(_ choice: MarkChoice, in recording: Recording, _ file: String) throws(Refusal) {
    guard let mark = choice.find(in: recording) else {
      throw Refusal("\(file): \(choice.absence)")
    }
    self.mark = mark
    sites = SinceSite.all(in: recording, since: mark.number)
    let blocks = recording.blocks
    chosen = recording.keepingBlocks { blocks[Int(blocks[$0].head)].mark >= mark.number }
  }
}

/// The blocks that one stack allocated since a mark.
struct SinceSite {
  var stack: UInt32
  var blockCount: UInt64 = 0
  var byteCount: UInt64 = 0

  /// All of them, most bytes first.
  static func all(in recording: Recording, since mark: UInt32) -> [SinceSite] {
    var sites = reached(recording, mark)
    for block in recording.blocks where block.mark >= mark {
      add(to: &sites, block.stack, 1, block.byteCount)
    }
    return sorted(sites)
  }

  /// Those that something reaches, most bytes first; since mark 0, all.
  static func reachable(in recording: Recording, since mark: UInt32) -> [SinceSite] {
    sorted(reached(recording, mark))
  }

  /// A stack has an entry for each mark since which it allocated.
  private static func reached(_ recording: Recording, _ mark: UInt32) -> [UInt32: SinceSite] {
    var sites: [UInt32: SinceSite] = [:]
    for site in recording.sites where site.mark >= mark {
      add(to: &sites, site.stack, site.blockCount, site.byteCount)
    }
    return sites
  }

  private static func add(
    to sites: inout [UInt32: SinceSite], _ stack: UInt32, _ blockCount: UInt64, _ byteCount: UInt64
  ) {
    sites[stack, default: SinceSite(stack: stack)].blockCount &+= blockCount
    sites[stack, default: SinceSite(stack: stack)].byteCount &+= byteCount
  }

  private static func sorted(_ sites: [UInt32: SinceSite]) -> [SinceSite] {
    sites.values.sorted {
      ($1.byteCount, $1.blockCount, $0.stack) < ($0.byteCount, $0.blockCount, $1.stack)
    }
  }
}
