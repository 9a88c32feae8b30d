// The trials, one after another in as many lanes as there are jobs: what is tried next, and what is
// known so far.
import CLinux
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
    /// Where the record of a trial is.
    var places: [Trial: Int] = [:]
    /// Trials of the queue that are done.
    var finished: Set<Trial> = []
    /// Runs that began at a rung of a server.
    var rungStartCount = 0
    /// Trials that were begun and not ended.
    var abandonedCount = 0
    /// Lanes in which the program is another: they are not made again.
    var leftOut: Set<Int> = []
    var failure: Refusal?
    var remarks: [String] = []
    /// Sites that only failures lead to, by the trial that led there.
    var openedSites: Set<UInt64> = []
    /// Sites that only a later plain run came to.
    var laterSites: [UInt64: Site] = [:]
    var isStopped = false

    /// Adds a record, in the place of an earlier one of the same trial.
    mutating func keep(_ record: TrialRecord) {
      if let place = places[record.trial] {
        records[place] = record
      } else {
        places[record.trial] = records.count
        records.append(record)
      }
    }
  }

  let setting: LaneSetting
  let sites: [UInt64: Site]
  let points: PointOrder
  let judge: Judge
  let limit: Double
  let engine: Engine
  let depth: Int
  let deadline: Double?
  let families: [String]
  private let onResult: @Sendable (TrialRecord) -> Void
  let state = Mutex(State())

  init(
    setting: LaneSetting, sites: [Site], points: PointOrder, judge: Judge, limit: Double,
    engine: Engine, depth: Int, deadline: Double?, families: [String],
    onResult: @escaping @Sendable (TrialRecord) -> Void
  ) {
    self.setting = setting
    self.sites = Dictionary(sites.map { ($0.key, $0) }) { first, _ in first }
    self.points = points
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

  /// How many trials are done or under way.
  var knownCount: Int { state.withLock { $0.known.count } }

  /// How much of the queue was not tried; what a budget has time for besides is not missed.
  func untriedCount(withExtras: Bool = false) -> Int {
    state.withLock { state in
      state.queue[state.nextIndex...].count {
        !state.finished.contains($0) && (withExtras || !$0.isExtra)
      } + state.abandonedCount
    }
  }

  /// All sites, those that only a later plain run came to with them.
  var knownSites: [UInt64: Site] {
    state.withLock { sites.merging($0.laterSites) { first, _ in first } }
  }

  /// Notes what an earlier campaign knows already, and goes on from there.
  func note(_ records: [TrialRecord]) {
    state.withLock { state in
      for record in records {
        state.keep(record)
        if record.isDone(depth: depth) { state.known.insert(record.trial) }
        if case .second(let key) = record.trial.kind { state.openedSites.insert(key) }
      }
    }
    for record in records { follow(record) }
  }

  /// The time for the campaign is over.
  var isLate: Bool { deadline.map { now() > $0 } ?? false }

  /// What is in the queue and not under way.
  func pendingTrials() -> [Trial] {
    state.withLock { Array($0.queue[$0.nextIndex...]) }
  }

  /// Takes a result.
  func finish(_ record: TrialRecord) {
    onResult(record)
    state.withLock { state in
      state.keep(record)
      state.finished.insert(record.trial)
    }
  }

  /// Forgets results that mean nothing: their trials are in the queue again.
  func forget(_ trials: [Trial]) {
    let gone = Set(trials)
    state.withLock { state in
      state.finished.subtract(gone)
      state.records.removeAll { gone.contains($0.trial) }
      state.places = Dictionary(
        uniqueKeysWithValues: state.records.enumerated().map { ($1.trial, $0) })
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
    let first = lane.number + 1
    // A lane begins with a plain run of its own: none is made that would find nothing to do.
    let lanes = min(others, max(0, untriedCount(withExtras: true) - 1))
    let leftOut = state.withLock { $0.leftOut }
    let processors = processors(for: lanes + 1)
    let threads = (first..<(first + lanes)).filter { !leftOut.contains($0) }.compactMap { number in
      LaneThread { [self] in exploreInLane(number, processors) }
    }
    // Not before: threads inherit it.
    lane.bind(to: processors.map { lane.number % $0 })
    work(in: lane, judge: judge)
    lane.bind(to: nil)
    for thread in threads { thread.join() }
  }

  /// How many processors the lanes divide among them; `nil` where some would be left over, or runs
  /// are not copies.
  private func processors(for laneCount: Int) -> Int? {
    let count = Int(clinux_processor_count())
    return engine == .server && count > 1 && laneCount >= count ? count : nil
  }

  /// Tries what is in the queue in a lane of its own.
  ///
  /// What goes wrong before its first trial ends this lane alone: the first one tries all.
  private func exploreInLane(_ number: Int, _ processors: Int?) {
    do throws(Refusal) {
      let lane = try Lane(number: number, setting: setting)
      defer { lane.close() }
      lane.bind(to: processors.map { number % $0 })
      work(in: lane, judge: try ownJudge(lane))
    } catch {
      if Interruption.isWanted { return }
      state.withLock { state in
        state.leftOut.insert(number)
        state.remarks.append("job \(number + 1) was left out: \(error)")
      }
    }
  }

  /// A lane's folder has a path of its own, which may stand in what the program prints.
  ///
  /// - Throws: A sentence when the program is another there, more than it is each time: what the
  ///   lane finds would mean nothing.
  func ownJudge(_ lane: Lane) throws(Refusal) -> Judge {
    var own = judge
    let run = try lane.rerun(families, limit: limit * 2)
    let hasSameCount = run.page.pointCount == judge.plain.page.pointCount || !judge.isCountStable
    guard run.end == judge.plain.end, hasSameCount else {
      throw Refusal(
        "the program is not the same in its folder: \(grouped(run.page.pointCount)) allocations, "
          + "and \(grouped(judge.plain.page.pointCount)) in that of job 1")
    }
    own.plain = run
    own.plain.page.pointsBeforeFork = judge.plain.page.pointsBeforeFork
    return own
  }

  private func work(in lane: Lane, judge: Judge) {
    let before = lane.ladder?.startCount ?? 0
    defer {
      let begun = (lane.ladder?.startCount ?? 0) - before
      state.withLock { $0.rungStartCount += begun }
    }
    // What this lane tries next, taken while the run before it goes on.
    var ahead: Trial?
    lane.upcoming = { [self] in
      if ahead == nil { ahead = next() }
      return ahead.flatMap { planned($0, judge) }
    }
    defer {
      lane.upcoming = nil
      lane.dropHeld()
    }
    while let trial = ahead ?? next() {
      ahead = nil
      do throws(Refusal) {
        guard let record = try attempt(trial, in: lane, judge) else { continue }
        finish(record)
        follow(record)
      } catch {
        state.withLock { state in
          // What was under way when a person had enough says nothing.
          if Interruption.isWanted {
            state.abandonedCount += ahead == nil ? 1 : 2
          } else {
            state.failure = error
          }
        }
        return
      }
    }
  }

  /// Queues second failures at sites that only this first one led to.
  private func follow(_ record: TrialRecord) {
    guard depth > 1, let opened = record.opened else { return }
    state.withLock { state in
      for key in opened where state.openedSites.insert(key).inserted {
        let second = Trial(site: record.trial.site, kind: .second(key))
        if state.known.insert(second).inserted { state.queue.append(second) }
      }
    }
  }
}
