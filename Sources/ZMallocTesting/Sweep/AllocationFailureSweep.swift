// What came of a sweep, as a value: the two libraries make their failures of it.
import LeakCheckKit
import Recording

/// What came of failing each allocation of a body in turn.
public struct AllocationFailureSweep: Sendable, CustomStringConvertible {
  /// Runs that came to the same end for the same reason.
  public struct Finding: Sendable, CustomStringConvertible {
    /// What the code did.
    public var verdict: AllocationFailureVerdict
    /// What happened, in words.
    public var sentence: String
    /// The allocations that failed in these runs, as in `allocation 3`; the first few.
    public var points: [String]
    /// How many runs there were.
    public var runCount: Int
    /// Where the allocation failed, and each thing that was found, with function, file and line.
    public var details: [String]
    /// The whole report of the first run; empty for none.
    public var report: String

    /// The verdict, what happened, and where.
    public var description: String {
      let more = runCount > points.count ? " and \(runCount - points.count) more" : ""
      let title = "\(verdict.rawValue): \(points.joined(separator: ", "))\(more): \(sentence)"
      return ([title] + details.map { "  " + $0 }).joined(separator: "\n")
    }
  }

  /// Allocations of the body when none fails.
  public var pointCount: Int
  /// Runs in all.
  public var runCount: Int
  /// How often each verdict was given.
  public var counts: [AllocationFailureVerdict: Int]
  /// What has to be mended, the first few.
  public var findings: [Finding]
  /// Findings that were left out.
  public var omittedFindingCount: Int
  /// Whether there were more allocations than the limit, so that the last ones never failed.
  public var isCut: Bool
  /// Whether the debug layer watches this process; without it nothing was run.
  public var isWatched: Bool

  /// Whether the body survives every failure that was tried, and every one was.
  public var survives: Bool { isWatched && findings.isEmpty && !isCut }

  /// One paragraph.
  public var description: String { failure?.message ?? summary }

  /// The report of each finding, one after the other.
  var report: String { findings.map(\.report).filter { !$0.isEmpty }.joined(separator: "\n") }

  private var summary: String {
    let verdicts = AllocationFailureVerdict.allCases.compactMap { verdict in
      counts[verdict].map { "\($0) \(verdict.rawValue)" }
    }
    return "\(counted(pointCount, "allocation")), \(counted(runCount, "run")): "
      + (verdicts.isEmpty ? "nothing failed" : verdicts.joined(separator: ", "))
  }

  /// What a test says; nil when the body survives.
  var failure: TestFailure? {
    guard isWatched else { return TestFailure(sentence: TestFailure.unwatched) }
    guard !survives else { return nil }
    var lines = findings.flatMap { $0.description.split(separator: "\n").map(String.init) }
    if omittedFindingCount > 0 { lines.append("and \(omittedFindingCount) more") }
    if isCut { lines.append("there are more allocations than the point limit: not all were tried") }
    return TestFailure(
      sentence: "not every allocation failure is survived (\(summary))", lines: lines,
      report: report)
  }
}

extension AllocationFailureSweep {
  private static let findingLimit = 5
  private static let pointLimit = 6

  /// Nothing was run.
  static let unwatched = AllocationFailureSweep(
    pointCount: 0, runCount: 0, counts: [:], findings: [], omittedFindingCount: 0, isCut: false,
    isWatched: false)

  /// Puts the problems of a sweep together.
  init(_ sweep: Sweep) {
    pointCount = sweep.clean?.points ?? 0
    runCount = sweep.runCount
    counts = sweep.counts
    isCut = sweep.isCut
    isWatched = true
    var groups: [[Sweep.Problem]] = []
    var places: [String: Int] = [:]
    for problem in sweep.problems {
      let key = Self.key(problem)
      if let place = places[key] {
        groups[place].append(problem)
      } else {
        places[key] = groups.count
        groups.append([problem])
      }
    }
    findings = groups.prefix(Self.findingLimit).map(Self.finding)
    omittedFindingCount = max(0, groups.count - Self.findingLimit)
  }

  /// Where an allocation failed and where it broke: raw stacks, before anything has a name.
  private static func key(_ problem: Sweep.Problem) -> String {
    var key = "\(problem.verdict) \(problem.point.number == 0)"
    guard let bytes = problem.recording, let recording = try? Recording(decoding: bytes) else {
      return "\(key) \(problem.sentence)"
    }
    key += " \(recording.faults.first?.site ?? 0)"
    if let stack = recording.crash?.stack {
      key += " \(recording.stacks[stack]?.addresses.first ?? 0)"
    }
    return key
  }

  private static func finding(_ problems: [Sweep.Problem]) -> Finding {
    var finding = Finding(
      verdict: problems[0].verdict, sentence: problems[0].sentence,
      points: problems.prefix(pointLimit).map(\.point.title), runCount: problems.count,
      details: [], report: "")
    if let bytes = problems[0].recording, let recording = try? Recording(decoding: bytes) {
      let report = HeapReport(recording, "the run", .all)
      if let fault = report.firstFault { finding.details.append("failed: \(fault)") }
      finding.details += report.lines
      finding.report = report.text
    }
    let said = problems[0].output.split(separator: "\n").suffix(5).map { "it said: \($0)" }
    if problems[0].verdict == .crashed || problems[0].verdict == .hung { finding.details += said }
    return finding
  }
}
