// A rule that takes leaks out of the report, and the files of such rules: LeakSanitizer's as they
// are, and with an end, a site and a reason. RecordingFormat holds the grammar of a line.
import RecordingFormat

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
    let bytes = Array(line.utf8)
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    func mistake(_ sentence: String) -> SuppressionMistake {
      SuppressionMistake(line: number, sentence: sentence)
    }
    let parts = SuppressionLine(bytes.span, 0..<bytes.count)
    switch parts.kind {
    case .nothing: return nil
    case .foreign: throw mistake("a rule begins with leak:, as in leak:name")
    case .rule: break
    }
    reason = parts.reason.map(text)
    until = parts.until.flatMap { CalendarDay(text($0)) }
    if parts.until != nil && until == nil {
      throw mistake("until= takes a day, as in until=2027-01-31")
    }
    site = parts.site.map { text($0).lowercased() }
    if let site, site.count != 16 || !site.allSatisfy(\.isHexDigit) {
      throw mistake("site= takes the 16 digits of a fingerprint")
    }
    guard !parts.pattern.isEmpty else { throw mistake("the rule names nothing") }
    pattern = SuppressionPattern(text(parts.pattern))
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
