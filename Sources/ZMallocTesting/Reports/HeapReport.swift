// From a recording of a scope, or of a crash, to what a person reads: the same report that
// `zleakcheck report` shows, and one line for each finding.
import LeakCheckKit
import Recording

/// What a recording tells.
struct HeapReport: Sendable {
  let report: Report
  /// The whole report.
  let text: String

  /// What of a recording a report is about.
  enum Part: Sendable {
    case all, leaks, violations
  }

  /// Explains a recording; nil when there is none at the path, or none that can be read.
  init?(recordingAt path: String, _ part: Part = .all) {
    guard let bytes = try? OpenFile.contents(of: path),
      let recording = try? Recording(decoding: bytes)
    else { return nil }
    self.init(recording, path, part)
  }

  init(_ recording: Recording, _ path: String, _ part: Part) {
    let symbolizer = SymbolizerSearch.find().map { CachedSymbols(below: LLVMSymbolizer(path: $0)) }
    var made = Report(
      recording,
      ReportRequest(
        file: path, leakEntryLimit: 20, isShownAgain: true, symbolizer: symbolizer))
    // What brings a finding back is to run the test again.
    made.commands = []
    if part == .leaks {
      made.violations = []
      made.violationCount = 0
    } else if part == .violations {
      made.leaks = []
      (made.leakedBlockCount, made.leakedByteCount) = (0, 0)
    }
    report = made
    var renderer = TextReport(style: TextStyle(isColoured: false))
    text = renderer.render(made)
  }

  /// A line for each heap mistake, then for each place whose blocks are not freed, then the crash.
  var lines: [String] {
    let violations = report.violations.map { violation in
      let block = violation.allocated.map { ", allocated at \(Self.place($0.stack))" } ?? ""
      return (violation.firstLine + block, "\(violation.kind)\(block)")
    }
    let leaks = report.leaks.map { leak in
      let place = ", allocated at \(Self.place(leak.allocated.stack))"
      return (leak.firstLine + place, place)
    }
    let crash = report.crash.map { "\($0.firstLine) at \(Self.place($0.moment.stack))" }
    return Self.shortened(violations) + Self.shortened(leaks) + (crash.map { [$0] } ?? [])
  }

  /// What is alike becomes one line: the first one, and how many more there are.
  private static func shortened(_ lines: [(text: String, likeness: String)]) -> [String] {
    var firsts: [(text: String, likeness: String, more: Int)] = []
    for line in lines {
      if let place = firsts.firstIndex(where: { $0.likeness == line.likeness }) {
        firsts[place].more += 1
      } else {
        firsts.append((line.text, line.likeness, 0))
      }
    }
    return firsts.map { $0.more == 0 ? $0.text : "\($0.text), and \($0.more) more from there" }
  }

  /// Where the first failure was injected, and what was asked for.
  var firstFault: String? {
    report.faults.first.map { "\($0.request) at \(Self.place($0.moment.stack))" }
  }

  /// The function, file and line that a person has to look at.
  static func place(_ stack: ResolvedStack) -> String {
    guard let frame = stack.culprit else { return "an unknown place" }
    guard let location = frame.location else { return frame.title }
    var file = location.file
    if let folder = currentFolder(), file.hasPrefix(folder + "/") {
      file = String(file.dropFirst(folder.utf8.count + 1))
    }
    return "\(frame.title) (\(file):\(location.line))"
  }
}
