// JSON as text: indented by two spaces, ASCII control characters escaped.

extension JSON {
  /// The value as text, indented, with a line end after it.
  public func rendered() -> String {
    var bytes: [UInt8] = []
    write(to: &bytes, depth: 0)
    bytes.append(UInt8(ascii: "\n"))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The value as text on one line, without spaces and without a line end.
  package func compact() -> String {
    var bytes: [UInt8] = []
    writeCompact(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func writeCompact(to bytes: inout [UInt8]) {
    switch self {
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        element.writeCompact(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        Self.write(member.name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.writeCompact(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    default: write(to: &bytes, depth: 0)
    }
  }

  private func write(to bytes: inout [UInt8], depth: Int) {
    switch self {
    case .null: bytes += Array("null".utf8)
    case .bool(let value): bytes += Array((value ? "true" : "false").utf8)
    case .integer(let value): bytes += Array(String(value).utf8)
    case .number(let value): bytes += Array((value.isFinite ? String(value) : "null").utf8)
    case .string(let value): Self.write(value, to: &bytes)
    case .array(let elements):
      Self.write(elements.count, between: ("[", "]"), to: &bytes, depth: depth) { index, bytes in
        elements[index].write(to: &bytes, depth: depth + 1)
      }
    case .object(let members):
      Self.write(members.count, between: ("{", "}"), to: &bytes, depth: depth) { index, bytes in
        Self.write(members[index].name, to: &bytes)
        bytes += [UInt8(ascii: ":"), UInt8(ascii: " ")]
        members[index].value.write(to: &bytes, depth: depth + 1)
      }
    }
  }

  private static func write(
    _ count: Int, between brackets: (String, String), to bytes: inout [UInt8], depth: Int,
    _ writeElement: (Int, inout [UInt8]) -> Void
  ) {
    bytes += Array(brackets.0.utf8)
    for index in 0..<count {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      breakLine(&bytes, depth: depth + 1)
      writeElement(index, &bytes)
    }
    if count > 0 { breakLine(&bytes, depth: depth) }
    bytes += Array(brackets.1.utf8)
  }

  private static func breakLine(_ bytes: inout [UInt8], depth: Int) {
    bytes.append(UInt8(ascii: "\n"))
    bytes += [UInt8](repeating: UInt8(ascii: " "), count: depth * 2)
  }

  private static func write(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): bytes += Array("\\\"".utf8)
      case UInt8(ascii: "\\"): bytes += Array("\\\\".utf8)
      case UInt8(ascii: "\n"): bytes += Array("\\n".utf8)
      case UInt8(ascii: "\t"): bytes += Array("\\t".utf8)
      case 0..<0x20, 0x7F:
        let digits = String(byte, radix: 16)
        bytes += Array("\\u00\(digits.count == 1 ? "0" : "")\(digits)".utf8)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
