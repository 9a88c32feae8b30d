// One run of a body with at most one plan: what the copy or the new process tells of itself, as
// lines of text, and how it ended.
import LeakCheckKit

/// What a run that came to its end says.
struct RunRecord: Sendable, Equatable {
  /// How the body ended.
  enum Ending: Sendable, Equatable {
    /// It returned; with its value as text where it has one.
    case returned(String?)
    /// It threw; the error as text.
    case threw(String)
  }

  /// Allocations that the plan could have failed.
  var points = 0
  /// Allocations that it failed.
  var faults = 0
  /// Blocks that are not freed, and their bytes.
  var unfreedBlocks = 0
  var unfreedBytes = 0
  var violations = 0
  /// Expectations that failed.
  var issues: [String] = []
  /// Whether the error that was thrown is a failed expectation itself, as of `#require`.
  var threwExpectation = false
  var ending = Ending.returned(nil)
}

extension RunRecord {
  /// One field a line.
  var text: String {
    var lines = [
      "points \(points)", "faults \(faults)", "blocks \(unfreedBlocks)", "bytes \(unfreedBytes)",
      "violations \(violations)", "expectation \(threwExpectation ? 1 : 0)",
    ]
    lines += issues.map { "issue " + Self.escaped($0) }
    switch ending {
    case .returned(nil): lines.append("returned")
    case .returned(let value?): lines.append("value " + Self.escaped(value))
    case .threw(let error): lines.append("threw " + Self.escaped(error))
    }
    return lines.joined(separator: "\n") + "\nend\n"
  }

  /// Reads what ``text`` wrote; nil when it is not whole.
  init?(_ text: String) {
    guard text.hasSuffix("\nend\n") else { return nil }
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
      let value = words.count > 1 ? String(words[1]) : ""
      switch words[0] {
      case "points": points = Int(value) ?? 0
      case "faults": faults = Int(value) ?? 0
      case "blocks": unfreedBlocks = Int(value) ?? 0
      case "bytes": unfreedBytes = Int(value) ?? 0
      case "violations": violations = Int(value) ?? 0
      case "expectation": threwExpectation = value == "1"
      case "issue": issues.append(Self.unescaped(value))
      case "returned": ending = .returned(nil)
      case "value": ending = .returned(Self.unescaped(value))
      case "threw": ending = .threw(Self.unescaped(value))
      default: break
      }
    }
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func unescaped(_ text: String) -> String {
    var result = ""
    var isEscape = false
    for scalar in text.unicodeScalars {
      switch (isEscape, scalar) {
      case (false, "\\"):
        isEscape = true
        continue
      case (true, "n"): result += "\n"
      case (true, "r"): result += "\r"
      default: result.unicodeScalars.append(scalar)
      }
      isEscape = false
    }
    return result
  }
}

/// How a run ended, from outside.
struct RunOutcome: Sendable {
  /// How the process ended.
  enum End: Sendable, Equatable {
    case exited(Int32)
    case signaled(UInt32)
    /// Not within the time limit, nor within twice that.
    case hung
    /// It could not be started.
    case failed(String)
  }

  var end: End
  /// What the run said; nil when it did not come to its end.
  var record: RunRecord?
  /// Its standard output and error.
  var output = ""
  /// What was recorded of it: its scope, or its crash.
  var recording: [UInt8]?
}
