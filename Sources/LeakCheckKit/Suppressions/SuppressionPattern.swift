// A pattern of a rule, as text; RecordingFormat says what it means.
import RecordingFormat

/// A pattern for names.
public struct SuppressionPattern: Sendable, Equatable {
  /// As it was written.
  public let text: String
  private let bytes: [UInt8]

  /// Reads a pattern; every text is one.
  public init(_ text: String) {
    self.text = text
    bytes = Array(text.utf8)
  }

  /// Whether a name matches; an empty one never does.
  public func matches(_ name: String) -> Bool {
    let name = Array(name.utf8)
    return SuppressionMatching.matches(bytes.span, 0..<bytes.count, name.span)
  }
}
