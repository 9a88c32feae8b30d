// Fields of /proc/PID/stat: after the last parenthesis, whatever the program's name holds and
// wherever the text is cut.

import Testing
import ZMallocCore

@Suite struct StatFieldTests {
  private static let fields = "S 1 20 -5 0 18446744073709551615 -9223372036854775809 24\n"

  private static let names = ["cat", ") 1 (", "a b", "(", "))", "", ") S 7 7 7 7\n) (", "\n"]

  @Test(arguments: names)
  func `fields count from the last parenthesis, wherever the text is cut`(name: String) {
    let text = Array("17 (\(name)) \(Self.fields)".utf8)
    let wanted: [Int64?] = [nil, 1, 20, -5, 0, .max, .min, 24, nil]
    for cut in 0...text.count {
      for (index, number) in wanted.enumerated() {
        #expect(value(of: 3 + index, in: text, cutAt: cut) == number, "field \(3 + index), \(cut)")
      }
    }
  }

  @Test(arguments: [Int.min, -1, 0, 1, 2, 3, 11, Int.max])
  func `there is no such number`(number: Int) {
    #expect(value(of: number, in: Array("17 (cat) \(Self.fields)".utf8), cutAt: 5) == nil)
  }

  @Test(arguments: ["", "17", "17 (cat", "17 (a 5 6", "17 (cat)", "17 (cat) ", "17 (cat)   \n"])
  func `a text without a field gives none`(text: String) {
    #expect(value(of: 3, in: Array(text.utf8), cutAt: 0) == nil)
  }

  @Test(arguments: ["-", "--1", "1-", "1x", "x1", "0x10", "+1"])
  func `what is no number gives none`(word: String) {
    #expect(value(of: 3, in: Array("17 (cat) \(word) 2".utf8), cutAt: 0) == nil)
  }

  @Test(
    arguments: [
      ("9223372036854775807", .max), ("9223372036854775808", .max), ("-9223372036854775807", -.max),
      ("-9223372036854775808", .min), ("18446744073709551616", .max),
      ("184467440737095516150", .max),
      ("-18446744073709551617", .min), (String(repeating: "7", count: 100), .max),
    ] as [(String, Int64)])
  func `a number that does not fit is the nearest that does`(word: String, number: Int64) {
    #expect(value(of: 3, in: Array("17 (cat) \(word) 2".utf8), cutAt: 0) == number)
  }

  private func value(of number: Int, in text: [UInt8], cutAt cut: Int) -> Int64? {
    var field = StatField(number: number)
    field.take(text.span.extracting(first: cut))
    field.take(text.span.extracting(droppingFirst: cut))
    return field.value
  }
}
