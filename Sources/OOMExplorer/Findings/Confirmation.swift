// From trials to findings: those that broke at one place after one failure are one, each is tried
// twice more in a process of its own, and what is not the same then is called unstable.
import Glibc
import LeakCheckKit
import Recording

/// Confirms what trials found.
struct Confirmation {
  let lane: Lane
  let judge: Judge
  let limit: Double
  let families: [String]
  let sites: [UInt64: Site]

  /// Trials that seem to be one finding.
  private struct Group {
    var records: [TrialRecord]
  }

  /// What a repetition with a recording says.
  private struct Evidence {
    var judgement: Judgement
    var breakStack: SiteStack
    var faultStack: SiteStack
    var firstLine: String
  }

  /// The findings of these trials, unnamed as yet, and how many could not be confirmed because a
  /// person had enough.
  func findings(
    of records: [TrialRecord], _ wanted: Set<Verdict>, modules: inout ModuleList
  ) throws(Refusal) -> (findings: [Finding], openCount: Int) {
    var groups: [[UInt64]: Group] = [:]
    for record in records where wanted.contains(record.judgement.verdict) {
      let rank = UInt64(Verdict.allCases.firstIndex(of: record.judgement.verdict) ?? 0)
      groups[
        [rank, record.judgement.breakPlace, record.judgement.faultPlace],
        default: Group(records: [])
      ].records.append(record)
    }
    var findings: [Finding] = []
    for key in groups.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      guard let group = groups[key] else { continue }
      do throws(Refusal) { findings.append(try confirm(group, &modules)) } catch {
        if Interruption.isWanted { break }
        throw error
      }
    }
    return (findings, groups.count - findings.count)
  }

  private func confirm(_ group: Group, _ modules: inout ModuleList) throws(Refusal) -> Finding {
    // The one that fails least comes first: it is the easiest to look at.
    let records = group.records.sorted { weight($0.trial) < weight($1.trial) }
    let record = records[0]
    let plan = record.trial.plan(firstPoint: sites[record.trial.site]?.firstPoint ?? 0)
    let first = try repeated(plan, record, &modules)
    let second = try repeated(plan, record, &modules)
    let verdict = record.judgement.verdict
    let isStable = first.judgement.verdict == verdict && second.judgement.verdict == verdict
    return Finding(
      id: "", verdict: isStable ? verdict : .unstable, firstLine: first.firstLine,
      signal: first.judgement.signal, status: first.judgement.status,
      detail: isStable
        ? first.judgement.detail
        : "\(verdict.rawValue), then \(first.judgement.verdict.rawValue) and "
          + "\(second.judgement.verdict.rawValue)",
      breakStack: first.breakStack, faultStack: first.faultStack, plan: plan,
      trialCount: records.count, samples: records.prefix(Finding.sampleLimit).map(\.trial))
  }

  private func weight(_ trial: Trial) -> UInt64 {
    let point = sites[trial.site]?.firstPoint ?? 0
    let rank: UInt64 =
      switch trial.kind {
      case .once: 0
      case .later: 1
      case .burst: 2
      case .second: 3
      case .onward: 4
      }
    return rank << 48 | point
  }

  private func repeated(
    _ plan: String, _ record: TrialRecord, _ modules: inout ModuleList
  ) throws(Refusal) -> Evidence {
    // A run that hangs has to hang twice as long.
    let patience = record.judgement.verdict == .hung ? limit * 2 : limit
    let run = try lane.rerun(families + ["fail=" + plan], limit: patience, isRecorded: true)
    var evidence = Evidence(
      judgement: judge.judge(run), breakStack: .none, faultStack: .none, firstLine: "")
    guard let path = run.recording else { return evidence }
    defer { unsafe unlink(path) }
    guard let recording = try? Recording(decoding: OpenFile.contents(of: path)) else {
      return evidence
    }
    if let fault = recording.faults.last {
      evidence.faultStack = modules.stack(fault.stack, of: recording)
    }
    let (stack, line) = broken(recording, evidence.judgement)
    evidence.breakStack = modules.stack(stack, of: recording)
    evidence.firstLine = line
    return evidence
  }

  /// The stack where it broke, and what happened there.
  private func broken(
    _ recording: Recording, _ judgement: Judgement
  ) -> (stack: UInt32, line: String) {
    switch judgement.verdict {
    case .corrupted:
      guard let violation = recording.violations.first else { break }
      let isAtEnd = violation.foundAtEnd != 0
      return (
        isAtEnd ? violation.allocated.stack : violation.noticed.stack,
        withoutAddress(firstLine(violation))
      )
    case .crashed, .hung:
      guard let crash = recording.crash else { break }
      return (crash.stack, "")
    case .leaked:
      // The tree that the plain run does not lose.
      let lost = recording.blocks.filter { $0.state != BlockState.held.rawValue }
      let fresh = lost.first { $0.faultBefore > 0 } ?? lost.first
      return (fresh?.stack ?? 0, descriptorLine(recording))
    default: break
    }
    return (0, "")
  }

  /// Which file a descriptor leads to that the plain run has not open.
  private func descriptorLine(_ recording: Recording) -> String {
    for descriptor in recording.descriptors where descriptor.number < 512 {
      let word = judge.plain.page.descriptors[Int(descriptor.number / 64)]
      if word >> UInt64(descriptor.number % 64) & 1 == 0 {
        return "descriptor \(descriptor.number) (\(descriptor.pathText))"
      }
    }
    return ""
  }

  /// An address is another one in the next build.
  private func withoutAddress(_ line: String) -> String {
    line.split(separator: " ").filter { !$0.hasPrefix("0x") }.joined(separator: " ")
  }
}
