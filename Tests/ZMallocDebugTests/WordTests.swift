// The words of ZMALLOC_DEBUG: lists, quotes, numbers, sizes and distances, for any bytes.

import Testing

@testable import ZMallocDebug

@Suite struct WordTests {
  @Test func `a list is cut at commas, and quotes hide them`() {
    #expect(words("a,b=c, d ,'x,y',k='1,2',") == ["a", "b=c", "d", "'x,y'", "k='1,2'"])
    #expect(words("") == [])
    #expect(words(",,") == ["", ""])
    #expect(words("'open,quote") == ["'open,quote"])
  }

  @Test(arguments: [
    ("0", 0), ("7", 7), ("18446744073709551615", UInt64.max), ("18446744073709551616", nil),
    ("", nil), ("-1", nil), ("1x", nil), ("0x10", nil), (" 1", nil),
  ])
  func `numbers are decimal and whole`(text: String, expected: UInt64?) {
    withWord(text) { #expect($0.number == expected) }
  }

  @Test(arguments: [
    ("4096", 4096), ("64KiB", 65536), ("8MiB", 8 << 20), ("1G", 1 << 30), ("2K", 2048),
    ("1kb", nil), ("MiB", nil), ("99999999999G", nil), ("1.5M", nil),
  ])
  func `sizes take binary units`(text: String, expected: UInt64?) {
    withWord(text) { #expect($0.byteSize == expected) }
  }

  @Test func `one pair of quotes comes off`() {
    for (text, expected) in [
      ("'a'", "a"), ("\"a,b\"", "a,b"), ("'a", "'a"), ("''", ""), ("'", "'"),
    ] {
      withWord(text) { #expect(string($0.unquoted) == expected) }
    }
  }

  @Test(arguments: [("canry", 1), ("canary", 0), ("", 6), ("leaks", 5)])
  func `the distance to a key counts single edits`(text: String, expected: UInt32) {
    withWord(text) { #expect($0.distance(to: Word.bytes("canary")) == expected) }
  }

  @Test func `any bytes are cut without leaving their bounds`() {
    var seed: UInt64 = 1
    for _ in 0..<2000 {
      let bytes = (0..<24).map { _ -> UInt8 in
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Array("a,='\"+:1 ".utf8)[Int(seed >> 33) % 9]
      }
      var total = 0
      withBytes(bytes) { word in
        var rest = word
        while !rest.isEmpty {
          let first = rest.takeFirst()
          #expect(first.start >= word.start && first.end <= word.end && first.start <= first.end)
          total += 1
        }
      }
      #expect(total <= bytes.count + 1)
    }
  }

  private func words(_ text: String) -> [String] {
    var found: [String] = []
    withWord(text) { word in
      var rest = word
      while !rest.isEmpty { found.append(string(rest.takeFirst())) }
    }
    return found
  }

  private func string(_ word: Word) -> String {
    String(decoding: (0..<word.byteCount).map { word.byte($0) }, as: UTF8.self)
  }

  private func withWord(_ text: String, _ body: (Word) -> Void) {
    withBytes(Array(text.utf8), body)
  }

  private func withBytes(_ bytes: [UInt8], _ body: (Word) -> Void) {
    // One byte more, so that an empty word has an address too.
    var padded = bytes + [0]
    unsafe padded.withUnsafeMutableBytes { raw in
      let start = UInt(bitPattern: raw.baseAddress)
      body(Word(start: start, end: start + UInt(bytes.count)))
    }
  }
}
