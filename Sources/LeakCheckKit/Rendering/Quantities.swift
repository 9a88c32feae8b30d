// Numbers for people: counts with thousands, bytes, spans of time, addresses.

/// An address, as in `0x55d0c0`.
package func hexadecimal(_ address: UInt64) -> String { "0x" + String(address, radix: 16) }

/// A count, as in `1,234`.
package func grouped(_ number: some BinaryInteger) -> String {
  let digits = String(number)
  var text = ""
  for (index, digit) in digits.enumerated() {
    let left = digits.count - index
    if index > 0 && left % 3 == 0 && digit != "-" && text != "-" { text += "," }
    text.append(digit)
  }
  return text
}

/// A count of things, as in `1 block` or `1,234 blocks`.
package func counted(_ number: some BinaryInteger, _ singular: String, _ plural: String? = nil)
  -> String
{
  "\(grouped(number)) \(number == 1 ? singular : plural ?? singular + "s")"
}

/// A byte count: exact below 1,024, else with one decimal, as in `1.2 KiB`.
package func byteQuantity(_ count: UInt64) -> String {
  guard count >= 1_024 else { return counted(count, "byte") }
  var unit: UInt64 = 1_024
  var names = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"][...]
  while count / unit >= 1_024, names.count > 1 {
    unit *= 1_024
    names = names.dropFirst()
  }
  let tenths = count / unit * 10 + (count % unit) / (unit / 10)
  let rounded = min(tenths, count / unit * 10 + 9)
  let name = names.first ?? ""
  return rounded % 10 == 0
    ? "\(grouped(rounded / 10)) \(name)" : "\(grouped(rounded / 10)).\(rounded % 10) \(name)"
}

/// A span of time, as in `12.3 ms`.
package func timeQuantity(_ nanoseconds: UInt64) -> String {
  switch nanoseconds {
  case ..<1_000: "\(nanoseconds) ns"
  case ..<1_000_000: tenths(nanoseconds / 100) + " µs"
  case ..<1_000_000_000: tenths(nanoseconds / 100_000) + " ms"
  default: tenths(nanoseconds / 100_000_000) + " s"
  }
}

private func tenths(_ number: UInt64) -> String { "\(grouped(number / 10)).\(number % 10)" }

/// Text from outside that may go to a terminal: control characters are spelled out.
package func printable(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: { isControl($0) }) else { return text }
  var clean = ""
  for scalar in text.unicodeScalars {
    if isControl(scalar) {
      clean += "\\u{\(String(scalar.value, radix: 16))}"
    } else {
      clean.unicodeScalars.append(scalar)
    }
  }
  return clean
}

/// Control characters of ASCII and Latin-1, and those that turn the direction of text.
private func isControl(_ scalar: Unicode.Scalar) -> Bool {
  scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
    || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
}

/// Words as a shell reads them back.
package func shellQuoted(_ word: String) -> String {
  let plain = word.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "-_./=:,+@%".utf8.contains(byte)
    }
  }
  if plain && !word.isEmpty { return word }
  return "'"
    + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
    + "'"
}
