// The trials, one after another in as many lanes as there are jobs: what is tried next, and what is
// known so far.
import Foundation
import LeakCheckKit
import RecordingFormat
import Synchronization

/// What the lanes share while they try.
final class Explorer: Sendable {
  /// What is known so far.
  struct State: Sendable {
    var queue: [Trial] = []
    var nextIndex = 0
    var records: [TrialRecord] = []
    /// Trials that are done or under way.
    var known: Set<Trial> = []
    /// Trials of the queue that another engine has done already.
    var finished: Set<Trial> = []
    var failure: Refusal?
    var remarks: [String] = []
    /// Sites that only failures lead to, by the trial that led there.
    var openedSites: Set<UInt64> = []
    /// Sites that only a later plain run came to.
    var laterSites: [UInt64: Site] = [:]
    var isStopped = false
  }

  let setting: LaneSetting
  let sites: [UInt64: Site]
  let judge: Judge
  let limit: Double
  let engine: Engine
  let depth: Int
  let deadline: Double?
  let families: [String]
  private let onResult: @Sendable (TrialRecord) -> Void
  let state = Mutex(State())

  init(
    setting: LaneSetting, sites: [Site], judge: Judge, limit: Double, engine: Engine, depth: Int,
    deadline: Double?, families: [String], onResult: @escaping @Sendable (TrialRecord) -> Void
  ) {
    self.setting = setting
    self.sites = Dictionary(sites.map { ($0.key, $0) }) { first, _ in first }
    self.judge = judge
    self.limit = limit
    self.engine = engine
    self.depth = depth
    self.deadline = deadline
    self.families = families
    self.onResult = onResult
  }

  /// What is known of a site.
  func site(_ key: UInt64) -> Site? {
    sites[key] ?? state.withLock { $0.laterSites[key] }
  }

  /// Adds sites that a later plain run came to.
  func add(_ later: [Site]) {
    state.withLock { state in
      for site in later { state.laterSites[site.key] = site }
    }
  }

  /// Adds trials that are not known yet, at the end; how many those are.
  @discardableResult
  func add(_ trials: [Trial]) -> Int {
    state.withLock { state in
      let before = state.queue.count
      for trial in trials where state.known.insert(trial).inserted { state.queue.append(trial) }
      return state.queue.count - before
    }
  }

  /// Nothing more is to be tried.
  var isOver: Bool {
    isLate || Interruption.isWanted || state.withLock { $0.failure != nil }
  }

  /// How much of the queue was not tried.
  var untriedCount: Int {
    state.withLock { state in
      state.queue[state.nextIndex...].count { !state.finished.contains($0) }
    }
  }

  /// Notes what an earlier campaign knows already.
  func note(_ records: [TrialRecord]) {
    state.withLock { state in
      for record in records where state.known.insert(record.trial).inserted {
        state.records.append(record)
      }
    }
  }

  /// The time for the campaign is over.
  var isLate: Bool { deadline.map { now() > $0 } ?? false }

  /// What is in the queue and not under way.
  func pendingTrials() -> [Trial] {
    state.withLock { Array($0.queue[$0.nextIndex...]) }
  }

  /// Takes a result that came outside the order of the queue.
  func finish(_ record: TrialRecord) {
    onResult(record)
    state.withLock { state in
      state.records.append(record)
      state.finished.insert(record.trial)
    }
  }

  private func next() -> Trial? {
    state.withLock { state in
      if isLate || Interruption.isWanted || state.failure != nil { state.isStopped = true }
      while !state.isStopped, state.nextIndex < state.queue.count {
        state.nextIndex += 1
        let trial = state.queue[state.nextIndex - 1]
        if !state.finished.contains(trial) { return trial }
      }
      return nil
    }
  }

  /// Tries everything in the queue, in this lane and in up to `others` threads more.
  func explore(in lane: Lane, others: Int) {
    let group = DispatchGroup()
    let first = lane.number + 1
    // A lane begins with a plain run of its own: none is made that would find nothing to do.
    let lanes = min(others, max(0, untriedCount - 1))
    for number in 0..<lanes {
      let thread = Thread { [self] in
        defer { group.leave() }
        do throws(Refusal) {
          let lane = try Lane(number: first + number, setting: setting)
          defer { lane.close() }
          work(in: lane, judge: try ownJudge(lane))
        } catch {
          state.withLock { $0.failure = error }
        }
      }
      thread.stackSize = 8 << 20
      group.enter()
      thread.start()
    }
    work(in: lane, judge: judge)
    group.wait()
  }

  /// A lane's folder has a path of its own, which may stand in what the program prints.
  private func ownJudge(_ lane: Lane) throws(Refusal) -> Judge {
    var own = judge
    let run = try lane.rerun(families, limit: limit * 2)
    guard run.end == judge.plain.end, run.page.pointCount == judge.plain.page.pointCount else {
      throw Refusal(
        "the program is not the same in two folders: \(run.page.pointCount) allocations, and "
          + "\(judge.plain.page.pointCount) in the first")
    }
    own.plain = run
    own.plain.page.pointsBeforeFork = judge.plain.page.pointsBeforeFork
    return own
  }

  private func work(in lane: Lane, judge: Judge) {
    while let trial = next() {
      do throws(Refusal) {
        guard let record = try attempt(trial, in: lane, judge) else { continue }
        onResult(record)
        state.withLock { $0.records.append(record) }
      } catch {
        state.withLock { $0.failure = error }
        return
      }
    }
  }

  private func attempt(_ trial: Trial, in lane: Lane, _ judge: Judge) throws(Refusal)
    -> TrialRecord?
  {
    guard let site = site(trial.site) else { return nil }
    let plan = ["fail=" + trial.plan(firstPoint: site.firstPoint)]
    // What lies before the fork is in no copy.
    let isBefore = site.firstPoint <= judge.plain.page.pointsBeforeFork
    var run: RunResult?
    var used = engine
    if engine == .server, !isBefore { run = try lane.serve(families, plan: plan, limit: limit) }
    if run == nil {
      used = .rerun
      run = try lane.rerun(families + plan, limit: limit)
    }
    guard let run else { return nil }
    if depth > 1, trial.kind == .once { follow(trial, lane.page.sites()) }
    return TrialRecord(trial: trial, judgement: judge.judge(run), engine: used)
  }

  /// Queues second failures at sites that only this first one led to.
  private func follow(_ trial: Trial, _ seen: [CampaignSite]) {
    let opened = seen.map(\.key).filter { sites[$0] == nil }
    state.withLock { state in
      for key in opened where state.openedSites.insert(key).inserted {
        let second = Trial(site: trial.site, kind: .second(key))
        if state.known.insert(second).inserted { state.queue.append(second) }
      }
    }
  }
}

/// Whether a person wants the campaign to end with what is known.
enum Interruption {
  private static let flag = Atomic<Bool>(false)

  static var isWanted: Bool { flag.load(ordering: .relaxed) }

  /// From here on an interrupt or a termination ends the campaign instead of this process.
  static func watch() {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number) { _ in Interruption.flag.store(true, ordering: .relaxed) }
    }
    signal(SIGPIPE, SIG_IGN)
  }
}
