// From what a run came to, beside the run without a failure, to a verdict. Nothing here asks the
// system anything.
import LeakCheckKit
import RecordingFormat

/// A verdict with what it rests on.
struct Judgement: Sendable, Equatable {
  var verdict: Verdict
  /// The key of the place where it broke; 0 where no place can be named.
  var breakPlace: UInt64 = 0
  /// The key of the innermost frame of the last failed allocation.
  var faultPlace: UInt64 = 0
  /// The exit status, or 128 and the signal's number.
  var status: Int32 = 0
  /// The signal that it died by or dealt with; 0 for none.
  var signal: Int32 = 0
  /// What a person should know beside the verdict, a few words; empty for nothing.
  var detail = ""
}

/// The runs without a failure, and what they say of any other run.
struct Judge: Sendable {
  /// The run without a failure.
  var plain: RunResult
  /// Whether two of those runs printed the same.
  var isOutputStable = true
  /// Whether two of those runs asked for memory equally often.
  var isCountStable = true
  /// Paths at which two of those runs left something else.
  var unstablePaths: Set<String> = []

  /// The status by which a program says that it saw the failure and gave up.
  static let givenUp: Int32 = 88

  /// The verdict on a run.
  func judge(_ run: RunResult) -> Judgement {
    let page = run.page
    var judgement = Judgement(verdict: .unreached, faultPlace: page.lastFaultPlace)
    if case .ended(let end) = run.end { judgement.status = end.shellStatus }
    if run.end == .timedOut || run.end == .overfilled {
      judgement.verdict = page.faultCount > 0 ? .hung : .unreached
      if run.end == .overfilled { judgement.detail = "its files never end" }
      return judgement
    }
    guard page.faultCount > 0 else { return judgement }
    if page.violationCount > 0 {
      judgement.verdict = .corrupted
      judgement.breakPlace = page.violationPlace
      judgement.detail = ViolationKind(rawValue: page.violationKind).map { "\($0)" } ?? ""
      return judgement
    }
    guard case .ended(let end) = run.end else { return judgement }
    switch end {
    case .signalled(let signal): judgeSignal(signal, page, &judgement)
    case .exited(let status): judgeExit(status, run, &judgement)
    }
    return judgement
  }

  private func judgeSignal(_ signal: Int32, _ page: CampaignPage, _ judgement: inout Judgement) {
    judgement.signal = signal
    judgement.breakPlace = page.crashSignal == UInt32(signal) ? page.crashPlace : 0
    switch signal {
    case 6: judgement.verdict = .aborted
    // SIGXFSZ.
    case 25:
      judgement.verdict = .hung
      judgement.detail = "its output never ends"
    case 4, 5, 7, 8, 11, 31: judgement.verdict = .crashed
    // SIGPIPE: as often as not a helper process ended first, and the program meant to say so.
    case 13:
      judgement.verdict = .reported
      judgement.detail = "who read its output had ended"
    default:
      // No processor sends these: the program chose its end.
      judgement.verdict = .aborted
      judgement.detail = "it ended itself by \(signalName(UInt32(signal)))"
    }
  }

  private func judgeExit(_ status: Int32, _ run: RunResult, _ judgement: inout Judgement) {
    let page = run.page
    let fatal: Set<UInt32> = [4, 7, 8, 11]
    if fatal.contains(page.crashSignal), plain.page.crashSignal == 0 {
      judgement.verdict = .crashed
      judgement.signal = Int32(page.crashSignal)
      judgement.breakPlace = page.crashPlace
      judgement.detail = "its own handler ended it with status \(status)"
      return
    }
    let isSame = plain.end == run.end
    if status == Self.givenUp, !isSame {
      judgement.verdict = .reported
      return
    }
    if status == 0, let difference = isSame ? difference(run) : "status 0 instead of its own" {
      judgement.verdict = .swallowed
      judgement.detail = difference
      return
    }
    if let lost = losses(run, isSame: isSame) {
      judgement.verdict = .leaked
      judgement.breakPlace = lost.place
      judgement.detail = lost.detail
      return
    }
    judgement.verdict = isSame && difference(run) == nil ? .tolerated : .reported
  }

  /// What is not as without the failure: the output, or a file.
  func difference(_ run: RunResult) -> String? {
    if isOutputStable, run.output != plain.output {
      return run.output.isEmpty
        ? "status 0 without the output"
        : run.output.count < plain.output.count && plain.output.starts(with: run.output)
          ? "status 0 with a part of the output" : "status 0 with other output"
    }
    let paths = Set(run.changes.keys).union(plain.changes.keys).subtracting(unstablePaths)
    for path in paths.sorted() where run.changes[path] != plain.changes[path] {
      return "status 0, and \(path) is not what it should be"
    }
    return nil
  }

  /// What was lost and is not lost without the failure.
  ///
  /// A program that ends itself from the depth of a call leaves what its callers hold: nobody can
  /// say of that whether it was lost. And one that ends with another status was about to end
  /// anyway: its open files are no loss.
  private func losses(_ run: RunResult, isSame: Bool) -> (place: UInt64, detail: String)? {
    guard run.hasEnded, run.page.exitDepth <= 1 else { return nil }
    let before = plain.lostTrees
    // As many blocks as ever, from other places: it went another way and lost no more.
    if isSame, run.page.lostBlockCount <= plain.page.lostBlockCount {
      return descriptorLoss(run)
    }
    // Where the plain run's table is full, only what is in it can be compared.
    let unknown: UInt64 = before.count < CampaignPage.lostSiteLimit ? 0 : .max
    for (key, count) in run.lostTrees.sorted(by: { $0.key < $1.key })
    where count > before[key] ?? unknown {
      let more = run.page.lostBlockCount - min(plain.page.lostBlockCount, run.page.lostBlockCount)
      return (key, counted(max(1, more), "block") + " lost")
    }
    return isSame ? descriptorLoss(run) : nil
  }

  private func descriptorLoss(_ run: RunResult) -> (place: UInt64, detail: String)? {
    guard plain.hasEnded else { return nil }
    for word in 0..<8 {
      let more = run.page.descriptors[word] & ~plain.page.descriptors[word]
      if more != 0 {
        return (0, "descriptor \(word * 64 + more.trailingZeroBitCount) left open")
      }
    }
    return nil
  }
}
