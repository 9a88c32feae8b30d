// From trials to findings: those that broke at one place after one failure are one, each is tried
// twice more in a process of its own, and what is not the same then is called unstable.
import Glibc
import LeakCheckKit
import Recording
import Synchronization

/// Confirms what trials found.
struct Confirmation {
  let explorer: Explorer
  let jobs: Int
  let sites: [UInt64: Site]

  init(_ explorer: Explorer, jobs: Int) {
    self.explorer = explorer
    self.jobs = jobs
    sites = explorer.knownSites
  }

  /// A lane has a folder and a plain run of its own: fewer groups than this are not worth one.
  private static let groupsPerLane = 4

  /// What the lanes share.
  private struct Progress {
    var next = 0
    var findings: [Finding?]
    var modules: ModuleList
    var failure: Refusal?
  }

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
  ///
  /// - Parameters:
  ///   - records: The trials.
  ///   - wanted: Which verdicts are findings.
  ///   - lane: The lane that is there already; others are made for so many groups that it pays.
  ///   - modules: Gets the modules of the stacks.
  /// - Returns: The findings in the order of their groups, and how many are open.
  /// - Throws: A sentence when a run could not be started.
  func findings(
    of records: [TrialRecord], _ wanted: Set<Verdict>, in lane: Lane, modules: inout ModuleList
  ) throws(Refusal) -> (findings: [Finding], openCount: Int) {
    let groups = groups(of: records, wanted)
    let progress = Mutex(
      Progress(findings: Array(repeating: nil, count: groups.count), modules: modules))
    let first = lane.number + 1
    let others = min(jobs - 1, groups.count / Self.groupsPerLane)
    let threads = (first..<(first + max(0, others))).compactMap { number in
      LaneThread { inLaneOfItsOwn(number, groups, progress) }
    }
    work(groups, in: lane, explorer.judge, progress)
    for thread in threads { thread.join() }
    let end = progress.withLock { $0 }
    modules = end.modules
    if let failure = end.failure { throw failure }
    let findings = end.findings.compactMap { $0 }
    return (findings, groups.count - findings.count)
  }

  /// What cannot begin leaves its share to the first lane.
  private func inLaneOfItsOwn(
    _ number: Int, _ groups: [Group], _ progress: borrowing Mutex<Progress>
  ) {
    guard let lane = try? Lane(number: number, setting: explorer.setting) else { return }
    defer { lane.close() }
    guard let judge = try? explorer.ownJudge(lane) else { return }
    work(groups, in: lane, judge, progress)
  }

  private func work(
    _ groups: [Group], in lane: Lane, _ judge: Judge, _ progress: borrowing Mutex<Progress>
  ) {
    while !Interruption.isWanted {
      let index = progress.withLock { progress -> Int? in
        guard progress.failure == nil, progress.next < groups.count else { return nil }
        progress.next += 1
        return progress.next - 1
      }
      guard let index else { return }
      do throws(Refusal) {
        let finding = try confirm(groups[index], in: lane, judge, progress)
        progress.withLock { $0.findings[index] = finding }
      } catch {
        if !Interruption.isWanted { progress.withLock { $0.failure = error } }
        return
      }
    }
  }

  private func groups(of records: [TrialRecord], _ wanted: Set<Verdict>) -> [Group] {
    var groups: [[UInt64]: Group] = [:]
    for record in records where wanted.contains(record.judgement.verdict) {
      let rank = UInt64(Verdict.allCases.firstIndex(of: record.judgement.verdict) ?? 0)
      groups[
        [rank, record.judgement.breakPlace, record.judgement.faultPlace],
        default: Group(records: [])
      ].records.append(record)
    }
    return groups.keys.sorted { $0.lexicographicallyPrecedes($1) }.compactMap { groups[$0] }
  }

  private func confirm(
    _ group: Group, in lane: Lane, _ judge: Judge, _ progress: borrowing Mutex<Progress>
  ) throws(Refusal) -> Finding {
    // The one that fails least comes first: it is the easiest to look at.
    let records = group.records.sorted { weight($0.trial) < weight($1.trial) }
    let record = records[0]
    let plan = record.trial.plan(firstPoint: sites[record.trial.site]?.firstPoint ?? 0)
    let first = try repeated(plan, record, in: lane, judge, progress)
    let second = try repeated(plan, record, in: lane, judge, progress)
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
    _ plan: String, _ record: TrialRecord, in lane: Lane, _ judge: Judge,
    _ progress: borrowing Mutex<Progress>
  ) throws(Refusal) -> Evidence {
    // A run that hangs has to hang twice as long.
    let limit = record.judgement.verdict == .hung ? explorer.limit * 2 : explorer.limit
    let run = try lane.rerun(explorer.families + ["fail=" + plan], limit: limit, isRecorded: true)
    var evidence = Evidence(
      judgement: judge.judge(run), breakStack: .none, faultStack: .none, firstLine: "")
    guard let path = run.recording else { return evidence }
    defer { unsafe unlink(path) }
    guard let recording = try? Recording(decoding: OpenFile.contents(of: path)) else {
      return evidence
    }
    let fault = recording.faults.last?.stack
    let (stack, line) = broken(recording, evidence.judgement)
    (evidence.faultStack, evidence.breakStack) = progress.withLock { progress in
      (
        fault.map { progress.modules.stack($0, of: recording) } ?? .none,
        progress.modules.stack(stack, of: recording)
      )
    }
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
      let word = explorer.judge.plain.page.descriptors[Int(descriptor.number / 64)]
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
