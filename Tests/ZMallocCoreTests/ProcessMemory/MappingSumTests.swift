// Sums over /proc/PID/smaps: which lines count, and that it does not matter how the text is cut.

import Testing
import ZMallocCore

@Suite struct MappingSumTests {
  /// Two mappings as the kernel writes them, in part.
  private static let smaps = """
    55d0c4a0e000-55d0c4a2f000 rw-p 00000000 00:00 0                          [heap]
    Size:                132 kB
    KernelPageSize:        4 kB
    Rss:                  68 kB
    Pss:                  60 kB
    Pss_Dirty:            59 kB
    Private_Clean:         0 kB
    Private_Dirty:        68 kB
    Locked:                8 kB
    THPeligible:    1
    VmFlags: rd wr mr mw me ac sd
    7f1c2ea00000-7f1c2ea28000 r--p 00000000 fd:01 1573 /usr/lib/Rss:  9 kB
    Size:                160 kB
    Rss:                 156 kB
    Private_Dirty:         4 kB

    """

  @Test(arguments: [
    ("Rss:", 224), ("Pss:", 60), ("Pss_Dirty:", 59), ("Private_Dirty:", 72), ("Size:", 292),
    ("Locked:", 8), ("Private_Clean:", 0),
  ])
  func `a field is summed over all mappings`(field: String, kibibytes: UInt64) {
    #expect(sum(of: field, in: [Array(Self.smaps.utf8)]) == kibibytes * 1024)
  }

  // A field with no colon begins other names, too; the last two begin the line of a mapping.
  @Test(arguments: [
    "Nothing:", "Private_Dirty", "Private_", "Rs", "rss:", "THPeligible:", "VmFlags:", "",
    String(repeating: "Rss:", count: 2000), "55", "7",
  ])
  func `this counts nothing`(field: String) {
    #expect(sum(of: field, in: [Array(Self.smaps.utf8)]) == 0)
  }

  @Test(arguments: [
    ("Rss: 5 kB", 5), ("Rss:5kB", 5), ("Rss:   5   k", 5), ("Rss: 5 MB", 0), ("Rss: 5", 0),
    ("Rss:", 0), ("Rss: kB", 0), ("Rss: -5 kB", 0), ("Rss: 5x kB", 0), (" Rss: 5 kB", 0),
    ("xRss: 5 kB", 0), ("Rss: 5 kB Rss: 6 kB", 5), ("Rss: 5 kB\nRss: 6 kB", 11),
    ("Rss: 5 \nkB", 0),
  ])
  func `a line counts by its whole form`(text: String, kibibytes: UInt64) {
    #expect(sum(of: "Rss:", in: [Array(text.utf8)]) == kibibytes * 1024)
  }

  @Test func `a cut at any two places changes nothing`() {
    let text = Array(Self.smaps.utf8)
    for first in 0...text.count {
      let second = first + (text.count - first) / 3
      let pieces = [text[..<first], text[first..<second], text[second...]]
      #expect(sum(of: "Private_Dirty:", in: pieces) == 72 * 1024, "\(first), \(second)")
    }
  }

  /// The same by the standard library's means, on the whole text.
  private func plainSum(of field: String, in text: String) -> UInt64 {
    var sum: UInt64 = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix(field) else { continue }
      let value = line.dropFirst(field.count).drop { $0 == " " }
      let digits = value.prefix { $0.isNumber }
      let unit = value.dropFirst(digits.count).drop { $0 == " " }
      if let number = UInt64(digits), unit.hasPrefix("k") { sum &+= number &* 1024 }
    }
    return sum
  }

  @Test(arguments: 0..<20)
  func `random lines in random pieces sum as the plain way does`(seed: UInt64) {
    var random = Draw(state: seed)
    let words = ["Rss:", "Rss", "Pss:", " ", " ", "12", "7", "k", "kB", "\n", "\n", ":", "-"]
    for _ in 0..<200 {
      let text = (0..<40).map { _ in words[random.below(words.count)] }.joined()
      var rest = Array(text.utf8)[...]
      var pieces: [ArraySlice<UInt8>] = []
      while !rest.isEmpty {
        pieces.append(rest.prefix(random.below(9)))
        rest = rest.dropFirst(pieces.last?.count ?? 0)
      }
      #expect(sum(of: "Rss:", in: pieces) == plainSum(of: "Rss:", in: text), "\(pieces)")
    }
  }

  private func sum(of field: String, in pieces: [some Collection<UInt8>]) -> UInt64 {
    let name = Array(field.utf8)
    var sum = MappingSum()
    for piece in pieces {
      let bytes = Array(piece)
      sum.take(bytes.span, field: name.span)
    }
    return sum.byteCount
  }
}

/// Numbers that repeat: Knuth's linear congruential generator.
private struct Draw {
  var state: UInt64

  mutating func below(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % limit
  }
}
