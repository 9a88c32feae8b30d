// A campaign: run the program as it is, fail each of its allocations, confirm what broke, say so.
import CLinux
import Glibc
import LeakCheckKit
import RecordingFormat
import Synchronization

/// A campaign of failed allocations.
public struct Campaign {
  private let request: CampaignRequest

  /// Exit status: a broken path was found.
  public static let broken: Int32 = 25
  /// Exit status: a person stopped it, and nothing was found until then.
  public static let interrupted: Int32 = 130

  /// Makes a campaign of what was asked for.
  public init(_ request: CampaignRequest) { self.request = request }

  /// Runs the campaign and reports.
  ///
  /// - Returns: The exit status: 0, 25, 70 or 130.
  public func execute() -> Int32 {
    Interruption.watch()
    return inScratchFolder { scratch throws(Refusal) in try run(in: scratch) }
  }

  private func run(in scratch: String) throws(Refusal) -> Int32 {
    let started = now()
    let known = try request.knownFile.map { path throws(Refusal) in try KnownFindings(path: path) }
    let earlier = try CampaignState.earlier(request.file)
    let setup = try CampaignSetup(request, scratch: scratch, after: earlier?.identity)
    guard earlier == nil || earlier?.identity == setup.identity else {
      throw Refusal(
        "\(request.file) is the file of another campaign; name another one by --state, "
          + "or remove it")
    }
    guard setup.acceptsOptions else { return ExitStatus.usage }
    let lane = try Lane(number: 0, setting: setup.setting)
    defer {
      lane.close()
      Descendants.end()
    }
    let prepared = try Preparation(lane, request, limit: request.timeLimit ?? 60)
    var state = try CampaignState(request, setup, prepared, after: earlier)
    let begun = now()
    let (explorer, splitTimes) = try explore(
      lane, prepared, &state, until: request.budget.map { started + $0 })
    let tried = now()
    let confirmation = Confirmation(explorer, jobs: request.jobs)
    Interruption.heed()
    let (findings, openCount) = try confirmation.findings(
      of: state.record.trials, request.failOn, in: lane, modules: &state.record.modules)
    if openCount > 0 {
      state.record.remarks.append(
        "\(counted(openCount, "finding")) more \(openCount == 1 ? "was" : "were") not confirmed: "
          + "go on with the same command")
    }
    let all = named(
      findings, state.record.modules,
      symbolizer: SymbolizerSearch.find().map { LLVMSymbolizer(path: $0) })
    let names = all.filter { $0.lossOfLibc == nil }
    state.record.remarks += all.compactMap(remarkOnLibc)
    state.keep(names.map(\.finding))
    return try deliver(
      CampaignReport(
        record: state.record, findings: names, known: known?.identifiers ?? [],
        failOn: request.failOn, file: request.file, seconds: tried - begun,
        plainSeconds: begun - started, runSeconds: prepared.seconds, split: splitTimes,
        jobs: request.jobs,
        untriedCount: explorer.untriedCount()))
  }

  private func remarkOnLibc(_ entry: NamedFinding) -> String? {
    entry.lossOfLibc.map { call in
      "libc lost a block of its own in \(call.title) "
        + "(\(counted(entry.finding.trialCount, "failure"))): no finding of this program"
    }
  }

  /// Tries what there is to try; the results are in the state.
  private func explore(
    _ lane: Lane, _ prepared: Preparation, _ state: inout CampaignState, until deadline: Double?
  ) throws(Refusal) -> (Explorer, SplitTimes?) {
    let progress = Mutex(Progress(state.queue, failOn: request.failOn))
    let writer = state.writer
    let engine = chosenEngine(prepared, &state)
    let explorer = Explorer(
      setting: lane.setting, sites: prepared.sites, points: prepared.points, judge: prepared.judge,
      limit: request.timeLimit ?? max(2, prepared.seconds * 10), engine: engine,
      depth: request.depth, deadline: deadline, families: prepared.families
    ) { record in
      progress.withLock { $0.note(record) }
      writer.add(record.json)
      // A disk that is full loses the state, not the campaign: the report says what was found.
      try? writer.flush()
    }
    explorer.note(state.record.trials)
    explorer.add(state.queue)
    var pass = SplitPass.Outcome()
    if engine == .split {
      pass = try SplitPass(explorer: explorer, lane: lane, jobs: request.jobs).run()
      state.record.remarks += pass.remarks
      state.forget(pass.forgotten)
      progress.withLock { $0.total += pass.forgotten.count }
    }
    explorer.explore(in: lane, others: request.jobs - 1)
    // The run that was split may have been the last one that an end needs.
    if !pass.isWhole { try exploreRest(explorer, lane, prepared, &state, progress) }
    exploreMore(explorer, lane, prepared, deadline, progress)
    progress.withLock { $0.end() }
    let (failure, records, remarks, rungStartCount) = explorer.state.withLock {
      ($0.failure, $0.records, $0.remarks, $0.rungStartCount)
    }
    state.record.trials = records
    state.record.remarks += remarks
    if rungStartCount > 0 {
      state.record.remarks.append(
        "\(counted(rungStartCount, "run")) began on the way to its failure, where a copy waited, "
          + "and not before main")
    }
    if let failure { throw failure }
    return (explorer, pass.times)
  }

  /// Goes on until a whole run passes in which there was nothing left to fail: never by a total
  /// that was counted before.
  private func exploreRest(
    _ explorer: Explorer, _ lane: Lane, _ prepared: Preparation, _ state: inout CampaignState,
    _ progress: borrowing Mutex<Progress>
  ) throws(Refusal) {
    for _ in 0..<10 {
      if explorer.isOver { return }
      do throws(Refusal) {
        _ = try lane.rerun(prepared.families, limit: explorer.limit)
      } catch {
        if Interruption.isWanted { return }
        throw error
      }
      let later = lane.page.sites().filter { explorer.site($0.key) == nil }.map { site in
        Site(
          key: site.key, firstPoint: site.firstPoint, count: site.count,
          seconds: Double(site.time) / 1e9, frames: [])
      }
      if later.isEmpty { return }
      explorer.add(later)
      state.add(prepared.named(later, lane, &state.record.modules))
      state.record.remarks.append(
        "\(counted(later.count, "site")) appeared in a later run alone: "
          + "the program is not the same each time")
      let added = explorer.add(TrialOrder.sitesFirst(later, request.shard))
      progress.withLock { $0.total += added }
      explorer.explore(in: lane, others: request.jobs - 1)
    }
    state.record.remarks.append(
      "each of ten more runs came to new sites: what others would come to was not tried")
  }

  /// With time left: bursts, then later occurrences.
  private func exploreMore(
    _ explorer: Explorer, _ lane: Lane, _ prepared: Preparation, _ deadline: Double?,
    _ progress: borrowing Mutex<Progress>
  ) {
    guard deadline != nil else { return }
    var random = SeededNumbers(seed: request.seed &+ UInt64(explorer.knownCount))
    var barrenRounds = 0
    var round: UInt64 = 0
    // Where few sites have many points, the choice soon meets what was tried already.
    while !explorer.isOver, barrenRounds < 100 {
      // Many at once: each time the other jobs get new folders.
      var added = 0
      while added < 500, barrenRounds < 100 {
        let more = TrialOrder.extras(prepared.sites, round: round, &random, request.shard)
        round += 1
        let fresh = explorer.add(more)
        barrenRounds = fresh == 0 ? barrenRounds + 1 : 0
        added += fresh
      }
      guard added > 0 else { return }
      progress.withLock { $0.total += added }
      explorer.explore(in: lane, others: request.jobs - 1)
    }
  }

  private func chosenEngine(_ prepared: Preparation, _ state: inout CampaignState) -> Engine {
    if let engine = request.engine { return engine }
    let choice = EngineChoice(prepared)
    state.record.remarks.append(choice.reason)
    return choice.engine
  }

  private func deliver(_ report: CampaignReport) throws(Refusal) -> Int32 {
    let text =
      request.format == .json
      ? report.json.rendered() : report.text(TextStyle(for: request.output))
    do throws(SystemError) { try request.output.write(text) } catch { throw Refusal("\(error)") }
    if report.isBroken { return Self.broken }
    return Interruption.wasWanted ? Self.interrupted : 0
  }
}
