// LeakSanitizer's patterns: a piece of text is found anywhere, `^` ties it to the start, `$` to the
// end, `*` stands for anything.

/// A pattern for names.
public struct SuppressionPattern: Sendable, Equatable {
  /// As it was written.
  public let text: String
  private let pieces: [[UInt8]]
  private let isTiedToStart: Bool
  private let isTiedToEnd: Bool

  /// Reads a pattern; every text is one.
  ///
  /// What stands after a `$` counts for nothing, as in LeakSanitizer.
  public init(_ text: String) {
    self.text = text
    var bytes = Array(text.utf8)[...]
    isTiedToStart = bytes.first == UInt8(ascii: "^")
    if isTiedToStart { bytes = bytes.dropFirst() }
    if let end = bytes.firstIndex(of: UInt8(ascii: "$")) {
      isTiedToEnd = true
      bytes = bytes[..<end]
    } else {
      isTiedToEnd = false
    }
    pieces = bytes.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map {
      Array($0)
    }
  }

  /// Whether a name matches; an empty one never does.
  ///
  /// Each piece is taken where it stands first, as LeakSanitizer does: `o$` does not match `foo`.
  public func matches(_ name: String) -> Bool {
    let name = Array(name.utf8)
    if name.isEmpty { return false }
    var at = 0
    for (index, piece) in pieces.enumerated() where !piece.isEmpty {
      guard let found = Self.find(piece, in: name, from: at) else { return false }
      if index == 0 && isTiedToStart && found != 0 { return false }
      at = found + piece.count
    }
    if !isTiedToEnd { return true }
    return at == name.count || (pieces.count > 1 && pieces.last?.isEmpty == true)
  }

  private static func find(_ piece: [UInt8], in name: [UInt8], from start: Int) -> Int? {
    guard name.count - start >= piece.count else { return nil }
    for at in start...(name.count - piece.count)
    where name[at] == piece[0] && name[at..<(at + piece.count)].elementsEqual(piece) {
      return at
    }
    return nil
  }
}
