// Files of rules: LeakSanitizer's as they are, ours with an end, a site and a reason.
import Testing

@testable import LeakCheckKit

@Suite("Files of rules")
struct SuppressionListTests {
  @Test("of LeakSanitizer are read as they are")
  func foreign() {
    let list = SuppressionList(
      """
      # comment
      leak:foo
        leak:^bar$  \r
      \tleak:operator new(unsigned long)

      leak:closure #1 in main
      """, source: "r")
    #expect(list.mistakes == [])
    #expect(
      list.rules.map(\.pattern.text) == [
        "foo", "^bar$", "operator new(unsigned long)", "closure #1 in main",
      ])
    #expect(list.rules.map(\.line) == [2, 3, 4, 6])
    #expect(list.rules.allSatisfy { $0.until == nil && $0.site == nil && $0.reason == nil })
  }

  @Test("may say until when, for which site and why")
  func own() throws {
    let list = SuppressionList(
      """
      leak:foo until=2027-01-31 # a bug of theirs, #12
      leak:bar(int *, char) site=0123456789ABCDEF until=2028-02-29
      leak:x # \u{20}
      """, source: "r")
    #expect(list.mistakes == [])
    try #require(list.rules.count == 3)
    #expect(list.rules[0].pattern.text == "foo")
    #expect(list.rules[0].until == CalendarDay("2027-01-31"))
    #expect(list.rules[0].reason == "a bug of theirs, #12")
    #expect(list.rules[1].pattern.text == "bar(int *, char)")
    #expect(list.rules[1].site == "0123456789abcdef")
    #expect(list.rules[1].text == "leak:bar(int *, char) site=0123456789abcdef")
    #expect(list.rules[1].until?.description == "2028-02-29")
  }

  @Test("with mistakes say where, and keep their other rules")
  func mistakes() {
    let list = SuppressionList(
      """
      race:foo
      leak:
      leak:a until=tomorrow
      leak:b until=2027-02-29
      leak:c site=12
      leak:d
      """, source: "rules.txt")
    #expect(
      list.mistakes == [
        "rules.txt:1: a rule begins with leak:, as in leak:name",
        "rules.txt:2: the rule names nothing",
        "rules.txt:3: until= takes a day, as in until=2027-01-31",
        "rules.txt:4: until= takes a day, as in until=2027-01-31",
        "rules.txt:5: site= takes the 16 digits of a fingerprint",
      ])
    #expect(list.rules.map(\.pattern.text) == ["d"])
  }

  @Test("end after their last day")
  func end() throws {
    let rule = try #require(SuppressionList("leak:a until=2026-02-28", source: "r").rules.first)
    for (day, holds) in [("2026-02-27", true), ("2026-02-28", true), ("2026-03-01", false)] {
      #expect(rule.holds(on: try #require(CalendarDay(day))) == holds)
    }
    for text in ["2026-13-01", "2026-00-01", "2026-1-01", "2026-01-00", "26-01-01", "2026-01-01x"] {
      #expect(CalendarDay(text) == nil)
    }
  }
}
