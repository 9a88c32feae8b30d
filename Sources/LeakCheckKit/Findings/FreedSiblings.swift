// The sibling hint: the other blocks of a leak's site were freed, and where.
import Recording

/// Where the other blocks of a leak's site were freed.
public struct FreedSiblings: Sendable {
  /// One place that freed some.
  public struct Place: Sendable {
    /// How many.
    public var blockCount: UInt64
    /// Where, `nil` when no frame is known.
    public var culprit: Frame?
  }

  /// How many were freed in all.
  public var blockCount: UInt64
  /// The places, most blocks first, the first few.
  public var places: [Place]

  /// The frees of one site, most blocks first; equal ones by their stacks.
  static func stacks(
    _ recording: Recording
  ) -> [UInt32: [(stack: UInt32, blockCount: UInt64)]] {
    var counts: [UInt32: [UInt32: UInt64]] = [:]
    for entry in recording.siblings {
      counts[entry.allocationStack, default: [:]][entry.freeStack, default: 0] &+=
        entry.blockCount
    }
    return counts.mapValues { frees in
      frees.map { (stack: $0.key, blockCount: $0.value) }.sorted {
        $0.blockCount != $1.blockCount ? $0.blockCount > $1.blockCount : $0.stack < $1.stack
      }
    }
  }

  /// The most stacks of one site that get names: several may turn out to be one place.
  static let resolvedLimit = 12
  /// The most places that are told.
  static let placeLimit = 3
}

extension LeakFinding {
  /// One sentence, and a line for each place where there are several; empty where no other block of
  /// the site was freed.
  public var siblingLines: [String] {
    guard let siblings = freedSiblings, siblings.blockCount > 0 else { return [] }
    let count = siblings.blockCount
    let those = "\(grouped(count)) other \(count == 1 ? "block" : "blocks") from this site"
    let verb = count == 1 ? "was" : "were"
    let this = rootCount == 1 ? "this one was not" : "these \(grouped(rootCount)) were not"
    let known = siblings.places.filter { $0.culprit != nil }
    if known.count == 1, known[0].blockCount == count, let culprit = known[0].culprit {
      return ["\(those) \(verb) freed at \(placeAndFunction(culprit)); \(this)"]
    }
    guard !known.isEmpty else { return ["\(those) \(verb) freed; \(this)"] }
    var lines = ["\(those) \(verb) freed; \(this)"]
    for place in known {
      let name = place.culprit.map(placeAndFunction) ?? ""
      lines.append("  \(grouped(place.blockCount)) at \(name)")
    }
    let rest = count &- known.reduce(0) { $0 &+ $1.blockCount }
    if rest > 0 { lines.append("  \(grouped(rest)) elsewhere") }
    return lines
  }
}

/// `parse.c:210 in parse_node`, or what there is of it.
func placeAndFunction(_ frame: Frame) -> String {
  guard frame.location != nil else { return frame.title }
  return "\(placeName(frame)) in \(frame.title)"
}
