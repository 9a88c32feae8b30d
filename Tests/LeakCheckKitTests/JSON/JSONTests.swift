// JSON is read and written as RFC 8259 says.
import Testing

@testable import LeakCheckKit

@Suite("JSON")
struct JSONTests {
  @Test("what is written is read back")
  func roundTrip() {
    let value = JSON.object([
      .init("a", .array([.integer(-1), .bool(true), .null, .string("x\"\\\n\u{1}é😀")])),
      .init("b", .object([])), .init("c", .array([])), .init("d", .number(1.5)),
      .init("e", .integer(.max)),
    ])
    #expect(JSON(parsing: value.rendered().utf8) == value)
  }

  @Test("escapes are understood")
  func escapes() {
    let text = #""\u0041\ud83d\ude00\/\b\f\r\t""#
    #expect(JSON(parsing: text.utf8)?.text == "A😀/\u{8}\u{c}\r\t")
    #expect(JSON(parsing: #""\ud83d x""#.utf8)?.text == "\u{FFFD} x")
  }

  @Test(
    "what is no JSON is no value",
    arguments: [
      "", "{", "[1,]", "{\"a\":}", "{\"a\" 1}", "tru", "\"abc", "\"\\u12", "1 2", "]", "nul",
    ])
  func bad(text: String) {
    #expect(JSON(parsing: text.utf8) == nil)
  }

  @Test("nesting without end is no value, and no overflow of the stack")
  func nesting() {
    #expect(JSON(parsing: [UInt8](repeating: UInt8(ascii: "["), count: 100_000)) == nil)
  }
}
