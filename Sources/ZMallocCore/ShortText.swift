// A short text that is put together without memory: a message, a path of /proc.

/// Up to 72 bytes: the longest message with the 20 digits of the largest size.
struct ShortText {
  private var bytes = InlineArray<72, UInt8>(repeating: 0)
  private var count = 0

  mutating func append(_ text: StaticString) {
    for index in 0..<text.utf8CodeUnitCount { append(byte: unsafe text.utf8Start[index]) }
  }

  mutating func append(_ number: UInt) {
    if number >= 10 { append(number / 10) }
    append(byte: UInt8(truncatingIfNeeded: 48 + number % 10))
  }

  mutating func append(_ number: Int) {
    if number < 0 { append(byte: UInt8(ascii: "-")) }
    append(number.magnitude)
  }

  private mutating func append(byte: UInt8) {
    bytes[count] = byte
    count += 1
  }

  /// Its bytes, with `body`; a zero follows them while there are fewer than 72.
  mutating func withBytes<Result>(
    _ body: (_ start: UnsafeRawPointer, _ count: Int) -> Result
  ) -> Result {
    let count = count
    return unsafe withUnsafePointer(to: &bytes) { unsafe body(UnsafeRawPointer($0), count) }
  }
}
