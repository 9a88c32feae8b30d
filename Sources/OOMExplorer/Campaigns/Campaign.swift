// A campaign: run the program as it is, fail each of its allocations, confirm what broke, say so.
import CLinux
import Glibc
import LeakCheckKit
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
    do throws(Refusal) {
      let scratch = try makeScratch()
      defer { FolderCopy.removeTree(scratch.path) }
      return try explore(in: scratch.path)
    } catch {
      try? OutputFile.standardError.write("zleakcheck: \(printable("\(error)"))\n")
      return ExitStatus.failed
    }
  }

  private func makeScratch() throws(Refusal) -> PrivateFolder {
    do { return try PrivateFolder() } catch { throw Refusal("\(error)") }
  }

  private func explore(in scratch: String) throws(Refusal) -> Int32 {
    let started = now()
    let known = try request.knownFile.map { path throws(Refusal) in try KnownFindings(path: path) }
    let setup = try CampaignSetup(request, scratch: scratch)
    let lane = try Lane(number: 0, setting: setup.setting)
    defer {
      lane.close()
      endDescendants()
    }
    let patience = request.timeLimit ?? 60
    let prepared = try Preparation(lane, request, limit: patience)
    let limit = request.timeLimit ?? max(2, prepared.seconds * 10)
    var state = try CampaignState(request, setup, prepared)
    let engine = try chosenEngine(lane, prepared, &state)
    let deadline = request.budget.map { started + $0 }
    let collector = Mutex(Progress(total: state.queue.count, failOn: request.failOn))
    let writer = state.writer
    let explorer = Explorer(
      setting: setup.setting, sites: prepared.sites, judge: prepared.judge, limit: limit,
      engine: engine, depth: request.depth, deadline: deadline, families: prepared.families
    ) { record in
      collector.withLock { $0.note(record) }
      writer.add(record.json)
      // A disk that is full loses the state, not the campaign: the report says what was found.
      try? writer.flush()
    }
    explorer.note(state.record.trials)
    explorer.add(state.queue)
    run(explorer, lane, prepared, state.queue.isEmpty)
    try exploreMore(explorer, lane, prepared, deadline, collector)
    collector.withLock { $0.end() }
    try finish(explorer, &state)
    let confirmation = Confirmation(
      lane: lane, judge: prepared.judge, limit: limit, families: prepared.families,
      sites: Dictionary(prepared.sites.map { ($0.key, $0) }) { first, _ in first })
    let findings = try confirmation.findings(
      of: state.record.trials, request.failOn, modules: &state.record.modules)
    let names = named(
      findings, state.record.modules,
      symbolizer: SymbolizerSearch.find().map { LLVMSymbolizer(path: $0) })
    try state.keep(names.map(\.finding))
    let untried = explorer.state.withLock { $0.queue.count - $0.records.count }
    let report = CampaignReport(
      record: state.record, findings: names, known: known?.identifiers ?? [],
      failOn: request.failOn, file: request.file, seconds: now() - started, jobs: request.jobs,
      untriedCount: max(0, untried - state.record.trials.count + state.record.trials.count))
    return try deliver(report)
  }

  /// Tries what is in the queue.
  private func run(
    _ explorer: Explorer, _ lane: Lane, _ prepared: Preparation, _ isDone: Bool
  ) {
    guard !isDone else { return }
    explorer.explore(in: lane, others: max(0, request.jobs - 1))
  }

  /// With time left: bursts, later occurrences; and the failures that the first ones opened.
  private func exploreMore(
    _ explorer: Explorer, _ lane: Lane, _ prepared: Preparation, _ deadline: Double?,
    _ progress: borrowing Mutex<Progress>
  ) throws(Refusal) {
    guard let deadline else { return }
    var random = SeededNumbers(seed: request.seed)
    var round: UInt64 = 0
    while now() < deadline, !Interruption.isWanted, explorer.state.withLock({ $0.failure == nil }) {
      let more = TrialOrder.extras(prepared.sites, round: round, &random, request.shard)
      let isNothingLeft = more.isEmpty && round > 0
      if isNothingLeft || round > 10_000 { return }
      round += 1
      guard !more.isEmpty else { continue }
      explorer.add(more)
      progress.withLock { $0.total += more.count }
      explorer.explore(in: lane, others: max(0, request.jobs - 1))
    }
  }

  private func finish(
    _ explorer: Explorer, _ state: inout CampaignState
  ) throws(Refusal) {
    let (failure, records, remarks) = explorer.state.withLock {
      ($0.failure, $0.records, $0.remarks)
    }
    state.record.trials = records
    state.record.remarks += remarks
    try state.writer.flush(isDue: true)
    if let failure { throw failure }
  }

  private func chosenEngine(
    _ lane: Lane, _ prepared: Preparation, _ state: inout CampaignState
  ) throws(Refusal) -> Engine {
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
    return Interruption.isWanted ? Self.interrupted : 0
  }

  /// Ends what programs left behind: orphans have become our children.
  private func endDescendants() {
    for _ in 0..<100 {
      let children = folderNames("/proc/self/task").flatMap { thread -> [pid_t] in
        let path = "/proc/self/task/\(thread)/children"
        let opened = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { return [] }
        defer { close(opened) }
        var bytes = [UInt8](repeating: 0, count: 65536)
        let got = unsafe read(opened, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, got)), as: UTF8.self).split(separator: " ")
          .compactMap { pid_t($0) }
      }
      if children.isEmpty { return }
      for child in children {
        kill(child, SIGKILL)
        var status: CInt = 0
        unsafe waitpid(child, &status, 0)
      }
    }
  }
}
