// A JSON value: what the report is written as, and what llvm-symbolizer answers in.

/// A JSON value; an object keeps the order of its members.
public indirect enum JSON: Sendable, Equatable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number without a fraction.
  case integer(Int64)
  /// A number with a fraction.
  case number(Double)
  /// Text.
  case string(String)
  /// Values in order.
  case array([JSON])
  /// Named values in order.
  case object([Member])

  /// A named value of an object.
  public struct Member: Sendable, Equatable {
    /// The name.
    public var name: String
    /// The value.
    public var value: JSON

    /// Makes a member from its parts.
    public init(_ name: String, _ value: JSON) {
      self.name = name
      self.value = value
    }
  }

  /// A count: the largest that a signed integer holds stands for all above.
  package static func count(_ number: UInt64) -> JSON { .integer(Int64(clamping: number)) }

  /// A count.
  package static func count(_ number: Int) -> JSON { .integer(Int64(number)) }

  /// An address, as text: not every reader keeps 64 bits of a number.
  static func address(_ address: UInt64) -> JSON { .string(hexadecimal(address)) }

  /// Text, or `null`.
  package static func optional(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }

  /// The value of an object's member, `nil` when it has none of this name.
  public subscript(name: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// The text, when it is one.
  public var text: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// The integer, when it is one.
  public var integer: Int64? {
    guard case .integer(let integer) = self else { return nil }
    return integer
  }

  /// The elements, when it is an array.
  public var elements: [JSON]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }
}
