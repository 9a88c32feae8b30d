// Rules for leaks that are none: the grammar of a line and the meaning of a pattern, for the layer,
// whose exit status they change, and for zleakcheck, whose report they change.
//
//   line    = blank* (comment | rule)?
//   comment = "#" anything
//   rule    = "leak:" pattern [" until=" YYYY-MM-DD] [" site=" fingerprint] [" # " reason]
//
// LeakSanitizer's files are lines of this grammar. A pattern may hold blanks, as demangled names
// do. `#` begins a reason only between blanks: Swift numbers its closures (`closure #1 in main`).

/// One line of a file of rules: where its parts stand.
public struct SuppressionLine: Sendable {
  /// What a line is.
  public enum Kind: Sendable {
    /// Blank, or a comment.
    case nothing
    /// Something that is no rule for leaks.
    case foreign
    /// A rule.
    case rule
  }

  /// What the line is.
  public private(set) var kind = Kind.nothing
  /// The pattern; empty where the rule names nothing.
  public private(set) var pattern = 0..<0
  /// What stands after `until=`.
  public private(set) var until: Range<Int>?
  /// What stands after `site=`.
  public private(set) var site: Range<Int>?
  /// What stands after ` # `.
  public private(set) var reason: Range<Int>?

  /// Reads the line that stands in `range`, without its end.
  public init(_ text: Span<UInt8>, _ range: Range<Int>) {
    var rest = Self.trimmed(text, range)
    guard !rest.isEmpty, text[rest.lowerBound] != 0x23 else { return }
    kind = .foreign
    guard Self.starts(text, rest, "leak:") else { return }
    kind = .rule
    rest = (rest.lowerBound + 5)..<rest.upperBound
    for at in rest where Self.starts(text, at..<rest.upperBound, " # ") {
      reason = Self.trimmed(text, (at + 3)..<rest.upperBound)
      rest = rest.lowerBound..<at
      break
    }
    rest = Self.trimmed(text, rest)
    while let start = Self.lastWord(text, rest) {
      let word = start..<rest.upperBound
      if until == nil, Self.starts(text, word, "until=") {
        until = (start + 6)..<rest.upperBound
      } else if site == nil, Self.starts(text, word, "site=") {
        site = (start + 5)..<rest.upperBound
      } else {
        break
      }
      rest = Self.trimmed(text, rest.lowerBound..<start)
    }
    pattern = rest
  }

  /// Where the last of several words begins; nil where there is one.
  private static func lastWord(_ text: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var at = range.upperBound
    while at > range.lowerBound, text[at - 1] != 0x20 { at -= 1 }
    return at > range.lowerBound ? at : nil
  }

  private static func trimmed(_ text: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var start = range.lowerBound
    var end = range.upperBound
    while start < end, isBlank(text[start]) { start += 1 }
    while end > start, isBlank(text[end - 1]) { end -= 1 }
    return start..<end
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 9 || byte == 13 }

  private static func starts(
    _ text: Span<UInt8>, _ range: Range<Int>, _ word: StaticString
  ) -> Bool {
    guard range.count >= word.utf8CodeUnitCount else { return false }
    for index in 0..<word.utf8CodeUnitCount {
      guard unsafe text[range.lowerBound + index] == word.utf8Start[index] else { return false }
    }
    return true
  }
}

/// LeakSanitizer's patterns.
///
/// A piece of text is found anywhere, `^` ties it to the start, `$` to the end, `*` stands for
/// anything.
public enum SuppressionMatching {
  /// Whether a name matches; an empty one never does.
  ///
  /// Each piece is taken where it stands first, and what stands after a `$` counts for nothing, as
  /// in LeakSanitizer: `foo$` does not match `foofoo`.
  public static func matches(
    _ text: Span<UInt8>, _ pattern: Range<Int>, _ name: Span<UInt8>
  ) -> Bool {
    guard name.count > 0 else { return false }
    var at = pattern.lowerBound
    var isTiedToStart = at < pattern.upperBound && text[at] == 0x5E
    if isTiedToStart { at += 1 }
    var place = 0
    var isFree = false
    while at < pattern.upperBound {
      if text[at] == 0x2A {
        isTiedToStart = false
        isFree = true
        at += 1
        continue
      }
      if text[at] == 0x24 { return place == name.count || isFree }
      var end = at
      while end < pattern.upperBound, text[end] != 0x2A, text[end] != 0x24 { end += 1 }
      guard let found = find(text, at..<end, name, from: place) else { return false }
      if isTiedToStart && found != 0 { return false }
      isTiedToStart = false
      isFree = false
      place = found + (end - at)
      at = end
    }
    return true
  }

  private static func find(
    _ text: Span<UInt8>, _ piece: Range<Int>, _ name: Span<UInt8>, from start: Int
  ) -> Int? {
    var at = start
    while at + piece.count <= name.count {
      var length = 0
      while length < piece.count, name[at + length] == text[piece.lowerBound + length] {
        length += 1
      }
      if length == piece.count { return at }
      at += 1
    }
    return nil
  }
}
