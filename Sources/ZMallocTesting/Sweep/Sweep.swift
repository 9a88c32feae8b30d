// Which allocation fails next, until a whole run passes in which nothing failed. The sweep runs
// nothing itself: it says what to run and is told how it went.
import LeakCheckKit
import Recording
import ZMalloc

/// How allocations fail in a sweep.
public enum AllocationFailureMode: String, Sendable, CaseIterable {
  /// One allocation fails, those after it do not.
  case once
  /// An allocation and all after it fail.
  case fromThere

  func plan(_ number: Int) -> FaultPlan {
    switch self {
    case .once: .nth(number)
    case .fromThere: .from(number)
    }
  }
}

/// One run that a sweep asks for.
struct SweepPoint: Sendable, Equatable {
  var mode: AllocationFailureMode
  /// The allocation that fails, from 1; 0 for a run in which none does.
  var number: Int

  var plan: FaultPlan { number == 0 ? .none : mode.plan(number) }

  /// As in `allocation 3, and all after it`.
  var title: String {
    if number == 0 { return "no failure" }
    return mode == .once ? "allocation \(number)" : "allocation \(number) and all after it"
  }
}

/// The state of a sweep.
struct Sweep: Sendable {
  /// A run that a person has to know of.
  struct Problem: Sendable {
    var point: SweepPoint
    var verdict: AllocationFailureVerdict
    var sentence: String
    var recording: [UInt8]?
    var output: String
  }

  let modes: [AllocationFailureMode]
  let judge: Judge
  /// The most points of one mode.
  let pointLimit: Int

  private(set) var clean: RunRecord?
  private(set) var runCount = 0
  private(set) var counts: [AllocationFailureVerdict: Int] = [:]
  private(set) var problems: [Problem] = []
  /// Whether the points were more than the limit.
  private(set) var isCut = false
  private var cleanRuns = 0
  private var place = 0
  private var number = 1
  private var isOver = false

  init(modes: [AllocationFailureMode], judge: Judge, pointLimit: Int) {
    self.modes = modes
    self.judge = judge
    self.pointLimit = pointLimit
  }

  /// The next run, nil when all is done: first twice without a failure.
  var next: SweepPoint? {
    if isOver || place >= modes.count { return nil }
    return SweepPoint(mode: modes[place], number: cleanRuns < 2 ? 0 : number)
  }

  /// Takes how the run went that ``next`` asked for.
  mutating func take(_ outcome: RunOutcome) {
    guard let point = next else { return }
    runCount += 1
    if point.number == 0 { return takeClean(outcome, point) }
    guard let clean else { return }
    guard isInjected(outcome, point, clean) else { return endMode(outcome, point, clean) }
    let (verdict, sentence) = judge.verdict(outcome, clean: clean)
    counts[verdict, default: 0] += 1
    if !verdict.survives { add(verdict, sentence, point, outcome) }
    number += 1
    if number > pointLimit {
      isCut = true
      nextMode()
    }
  }

  private mutating func add(
    _ verdict: AllocationFailureVerdict, _ sentence: String, _ point: SweepPoint,
    _ outcome: RunOutcome
  ) {
    problems.append(
      Problem(
        point: point, verdict: verdict, sentence: sentence, recording: outcome.recording,
        output: outcome.output))
  }

  private mutating func takeClean(_ outcome: RunOutcome, _ point: SweepPoint) {
    cleanRuns += 1
    guard outcome.end == .exited(0), let record = outcome.record else {
      let (verdict, sentence) = judge.verdict(outcome, clean: RunRecord())
      isOver = true
      return add(verdict, sentence, point, outcome)
    }
    guard let first = clean else {
      clean = record
      return takeFirst(record, point, outcome)
    }
    if record.points != first.points {
      counts[.nondeterministic, default: 0] += 1
      add(
        .nondeterministic,
        "\(counted(first.points, "allocation")) in the first run, \(record.points) in the second",
        point, outcome)
    }
  }

  /// A body that fails by itself cannot be swept.
  private mutating func takeFirst(
    _ record: RunRecord, _ point: SweepPoint, _ outcome: RunOutcome
  ) {
    if record.violations > 0 {
      isOver = true
      return add(.corrupted, counted(record.violations, "heap violation"), point, outcome)
    }
    if case .threw(let error) = record.ending {
      isOver = true
      return add(.wrong, "threw \(error)", point, outcome)
    }
    if let issue = record.issues.first {
      isOver = true
      return add(.wrong, issue, point, outcome)
    }
    if record.unfreedBlocks > 0 {
      let bytes = byteQuantity(UInt64(record.unfreedBytes))
      add(.leaked, "lost \(counted(record.unfreedBlocks, "block")) (\(bytes))", point, outcome)
    }
  }

  /// Whether an allocation failed in a run; one that died may not have said so.
  private func isInjected(_ outcome: RunOutcome, _ point: SweepPoint, _ clean: RunRecord) -> Bool {
    if let record = outcome.record { return record.faults > 0 }
    if let bytes = outcome.recording, let recording = try? Recording(decoding: bytes) {
      return !recording.faults.isEmpty
    }
    return point.number <= clean.points
  }

  /// A whole run in which nothing failed: there are no more points.
  private mutating func endMode(_ outcome: RunOutcome, _ point: SweepPoint, _ clean: RunRecord) {
    if outcome.record == nil {
      let (verdict, sentence) = judge.verdict(outcome, clean: clean)
      counts[verdict, default: 0] += 1
      add(verdict, "\(sentence), though nothing had failed", point, outcome)
    } else if point.number <= clean.points {
      counts[.nondeterministic, default: 0] += 1
      add(
        .nondeterministic,
        "only \(counted(point.number - 1, "allocation")), \(clean.points) in the first run",
        point, outcome)
    }
    nextMode()
  }

  private mutating func nextMode() {
    place += 1
    number = 1
  }
}
