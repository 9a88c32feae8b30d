// The named values of a recording.
public import RecordingFormat

/// The `meta` section: at most one value for each ``MetaKey``.
public struct Metadata: Sendable, Equatable {
  private var numbers: [MetaKey: UInt64] = [:]
  private var byteStrings: [MetaKey: [UInt8]] = [:]

  /// Values for no key.
  public init() {}

  /// The number under `key`, `nil` when the recording has none.
  public func number(_ key: MetaKey) -> UInt64? { numbers[key] }

  /// The bytes under `key`, `nil` when the recording has none.
  public func bytes(_ key: MetaKey) -> [UInt8]? { byteStrings[key] }

  /// The text under `key`; bytes that are no UTF-8 are replaced.
  public func string(_ key: MetaKey) -> String? {
    byteStrings[key].map { String(decoding: $0, as: UTF8.self) }
  }

  /// Why the recording was written, `nil` when it does not say so in words that this reader knows.
  public var reason: RecordingReason? {
    numbers[.reason].flatMap(RecordingReason.init(rawValue:))
  }

  /// The arguments of the program, its own name first.
  public var arguments: [String] {
    guard let bytes = byteStrings[.arguments] else { return [] }
    var parts = bytes.split(separator: 0, omittingEmptySubsequences: false)
    if let last = parts.last, last.isEmpty { parts.removeLast() }
    return parts.map { String(decoding: $0, as: UTF8.self) }
  }

  /// Sets the number under `key`.
  public mutating func set(_ key: MetaKey, to number: UInt64) { numbers[key] = number }

  /// Sets the bytes under `key`.
  public mutating func set(_ key: MetaKey, to bytes: [UInt8]) { byteStrings[key] = bytes }
}
