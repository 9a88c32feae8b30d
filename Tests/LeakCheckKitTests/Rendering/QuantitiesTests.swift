// Numbers and foreign text as people see them.
import Testing

@testable import LeakCheckKit

@Suite("Quantities")
struct QuantitiesTests {
  @Test("counts have thousands and a fitting noun")
  func counts() {
    #expect(grouped(0) == "0")
    #expect(grouped(999) == "999")
    #expect(grouped(1_000) == "1,000")
    #expect(grouped(-123_456) == "-123,456")
    #expect(grouped(UInt64.max) == "18,446,744,073,709,551,615")
    #expect(counted(1, "process", "processes") == "1 process")
    #expect(counted(2, "process", "processes") == "2 processes")
  }

  @Test(
    "bytes are exact below a KiB and have one decimal above",
    arguments: [
      (0, "0 bytes"), (1, "1 byte"), (1_023, "1,023 bytes"), (1_024, "1 KiB"), (1_279, "1.2 KiB"),
      (2_047, "1.9 KiB"), (1_048_575, "1,023.9 KiB"), (1_048_576, "1 MiB"), (.max, "15.9 EiB"),
    ] as [(UInt64, String)])
  func bytes(count: UInt64, text: String) {
    #expect(byteQuantity(count) == text)
  }

  @Test(
    "times have a fitting unit",
    arguments: [
      (0, "0 ns"), (999, "999 ns"), (1_234, "1.2 µs"), (12_345_678, "12.3 ms"),
      (1_000_000_000, "1.0 s"), (.max, "18,446,744,073.7 s"),
    ] as [(UInt64, String)])
  func times(nanoseconds: UInt64, text: String) {
    #expect(timeQuantity(nanoseconds) == text)
  }

  @Test("control characters from a recording never reach the terminal")
  func control() {
    #expect(printable("a\u{1B}[2Jb\u{9B}c\nd\u{202E}e") == "a\\u{1b}[2Jb\\u{9b}c\\u{a}d\\u{202e}e")
    #expect(printable("größe 😀") == "größe 😀")
  }

  @Test(
    "words are quoted as a shell reads them",
    arguments: [
      ("plain-1.0/x", "plain-1.0/x"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("", "''"),
      ("$HOME", "'$HOME'"), ("größe", "'größe'"),
    ])
  func quoting(word: String, text: String) {
    #expect(shellQuoted(word) == text)
  }

  @Test("long text is shortened in the middle, paths at the front")
  func shortening() {
    #expect(shortened("abcdefghijklmnop", to: 10) == "abcdef…nop")
    #expect(shortened("abc", to: 10) == "abc")
    #expect(shortenedPath("/very/long/path/to/file.c", to: 12) == "…/to/file.c")
    #expect(wrapped("one two three", to: 7) == ["one two", "three"])
  }
}
