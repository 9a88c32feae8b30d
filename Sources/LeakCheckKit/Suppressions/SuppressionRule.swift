// A rule that takes leaks out of the report, and the files of such rules. LeakSanitizer's files are
// read as they are; a rule here may also have an end and a reason.
//
//   line    = blank* (comment | rule)?
//   comment = "#" anything
//   rule    = "leak:" pattern [" until=" YYYY-MM-DD] [" site=" fingerprint] [" # " reason]
//
// A pattern may hold blanks, as demangled names do. `#` begins a reason only between blanks: Swift
// numbers its closures, as in `closure #1 in main`.

/// A rule that takes leaks out of the report.
public struct SuppressionRule: Sendable, Equatable {
  /// What one frame of the leak's stack has to match: a function, a source file or a module.
  public var pattern: SuppressionPattern
  /// The last day of the rule; `nil` when it has no end.
  public var until: CalendarDay?
  /// The fingerprint of the only leak that it is about; `nil` for any.
  public var site: String?
  /// Why the leak is none; `nil` when nobody said.
  public var reason: String?
  /// Where it stands in its file, from 1.
  public var line: Int

  /// The rule without its end and reason.
  public var text: String {
    "leak:\(pattern.text)" + (site.map { " site=\($0)" } ?? "")
  }

  /// Reads one line; `nil` where it holds no rule.
  ///
  /// - Throws: ``SuppressionMistake`` with a sentence.
  init?(_ line: Substring, number: Int) throws(SuppressionMistake) {
    var rest = trimmed(line)
    guard let first = rest.first, first != "#" else { return nil }
    guard rest.hasPrefix("leak:") else {
      throw SuppressionMistake(line: number, sentence: "a rule begins with leak:, as in leak:name")
    }
    rest = rest.dropFirst("leak:".count)
    reason = nil
    if let mark = rest.firstRange(of: " # ") {
      reason = String(trimmed(rest[mark.upperBound...]))
      rest = rest[..<mark.lowerBound]
    }
    rest = trimmed(rest)
    until = nil
    site = nil
    while let blank = rest.lastIndex(of: " ") {
      let word = rest[rest.index(after: blank)...]
      if word.hasPrefix("until="), until == nil {
        guard let day = CalendarDay(word.dropFirst("until=".count)) else {
          throw SuppressionMistake(
            line: number, sentence: "until= takes a day, as in until=2027-01-31")
        }
        until = day
      } else if word.hasPrefix("site="), site == nil {
        let digits = word.dropFirst("site=".count)
        guard digits.count == 16, digits.allSatisfy(\.isHexDigit) else {
          throw SuppressionMistake(
            line: number, sentence: "site= takes the 16 digits of a fingerprint")
        }
        site = digits.lowercased()
      } else {
        break
      }
      rest = trimmed(rest[..<blank])
    }
    guard !rest.isEmpty else {
      throw SuppressionMistake(line: number, sentence: "the rule names nothing")
    }
    pattern = SuppressionPattern(String(rest))
    self.line = number
  }

  /// Whether the rule still holds.
  func holds(on day: CalendarDay) -> Bool { until.map { day <= $0 } ?? true }
}

/// What is wrong with a line.
struct SuppressionMistake: Error, Equatable {
  var line: Int
  var sentence: String
}

/// The rules of one source.
public struct SuppressionList: Sendable, Equatable {
  /// The file, or what else gave them.
  public var source: String
  /// The rules, in their order.
  public var rules: [SuppressionRule]
  /// What could not be read, one sentence each.
  public var mistakes: [String]

  /// Reads rules; a line that is none is a mistake and does not keep the others from counting.
  public init(_ text: String, source: String) {
    self.source = source
    rules = []
    mistakes = []
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      do throws(SuppressionMistake) {
        if let rule = try SuppressionRule(line, number: index + 1) { rules.append(rule) }
      } catch {
        mistakes.append("\(source):\(error.line): \(error.sentence)")
      }
    }
  }

  /// Reads a file.
  package init(file: String) throws(SystemError) {
    self.init(String(decoding: try OpenFile.contents(of: file), as: UTF8.self), source: file)
  }
}

/// Without blanks at its ends.
private func trimmed(_ text: Substring) -> Substring {
  var text = text.drop { $0 == " " || $0 == "\t" }
  while let last = text.last, last == " " || last == "\t" || last == "\r" { text.removeLast() }
  return text
}
