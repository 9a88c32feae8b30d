// `zleakcheck replay`: one failure of a campaign again, in a process of its own, with its report;
// or in the debugger, stopped where the allocation fails.
import CLinux
import Glibc
public import LeakCheckKit
import Recording

/// One failure, again.
public struct Replay: Sendable {
  /// The name of a finding, or of a trial.
  public var name: String
  /// The campaign's file.
  public var file: String
  /// Whether the debugger is to show it.
  public var isDebugged = false
  /// Where the report goes.
  public var output = OutputFile.standardOutput
  /// Seconds after which the run hangs; `nil` for a multiple of the plain run's.
  public var timeLimit: Double?

  /// Makes a request with everything else at its default.
  public init(name: String, file: String) {
    self.name = name
    self.file = file
  }

  /// Runs it.
  ///
  /// - Returns: 25 when the program breaks as it did, 0 when it does not, 70 when it could not run.
  public func execute() -> Int32 {
    Interruption.watch()
    return inScratchFolder { scratch throws(Refusal) in try replay(in: scratch) }
  }

  private func replay(in scratch: String) throws(Refusal) -> Int32 {
    let record = try CampaignRecord.read(file)
    let (plan, finding) = try chosen(record)
    var request = CampaignRequest(command: record.identity.arguments, file: file)
    request.command[0] = record.identity.program
    request.options = record.identity.options.isEmpty ? nil : record.identity.options
    request.families = CampaignRequest.Families(rawValue: record.identity.families) ?? .auto
    request.folder = record.identity.folder
    request.engine = .rerun
    var setup = try CampaignSetup(
      request, scratch: scratch, after: record.identity, isReplay: true)
    setup.setting.arguments = record.identity.arguments
    let lane = try Lane(number: 0, setting: setup.setting)
    defer {
      lane.close()
      Descendants.end()
    }
    let prepared = try Preparation(lane, request, limit: timeLimit ?? 60)
    let words = prepared.families + ["fail=" + plan]
    if isDebugged { return try debug(lane, words) }
    let limit = timeLimit ?? max(2, prepared.seconds * 10)
    let run = try lane.rerun(words, limit: limit, isRecorded: true)
    let judgement = prepared.judge.judge(run)
    try show(run, judgement, finding, plan)
    // What the campaign was told to look for is in its findings, whatever it is.
    let isBroken = finding.map { $0.verdict == judgement.verdict }
    return isBroken ?? Verdict.mistakes.contains(judgement.verdict) ? Campaign.broken : 0
  }

  /// The plan that a name stands for.
  private func chosen(
    _ record: CampaignRecord
  ) throws(Refusal) -> (plan: String, finding: Finding?) {
    let matching = record.findings.filter { $0.id.hasPrefix(name) }
    if matching.count > 1 {
      throw Refusal("\(name) stands for \(matching.count) findings of \(file): give more digits")
    }
    if let finding = matching.first { return (finding.plan, finding) }
    if let trial = Trial(name: name),
      let site = record.sites.first(where: { $0.key == trial.site })
    {
      return (trial.plan(firstPoint: site.firstPoint), nil)
    }
    throw Refusal("\(file) knows no finding and no failure \(name)")
  }

  private func show(
    _ run: RunResult, _ judgement: Judgement, _ finding: Finding?, _ plan: String
  ) throws(Refusal) {
    var text = ""
    if let path = run.recording,
      let recording = try? Recording(decoding: OpenFile.contents(of: path))
    {
      let report = Report(
        recording,
        ReportRequest(
          file: path, leakEntryLimit: 10, isShownAgain: true,
          symbolizer: SymbolizerSearch.find().map { LLVMSymbolizer(path: $0) }))
      var renderer = TextReport(style: TextStyle(for: output))
      text += renderer.render(report) + "\n"
    }
    let detail = judgement.detail.isEmpty ? "" : " (\(judgement.detail))"
    text += "zleakcheck replay: \(judgement.verdict.rawValue)\(detail), status \(judgement.status)"
    if let finding, finding.verdict != judgement.verdict {
      text += "; the campaign said \(finding.verdict.rawValue)"
    }
    text += ", by the plan \(plan)\n"
    do throws(SystemError) { try output.write(text) } catch { throw Refusal("\(error)") }
  }

  /// Becomes the debugger, which stops where the allocation fails.
  private func debug(_ lane: Lane, _ words: [String]) throws(Refusal) -> Int32 {
    guard let debugger = executable("gdb", in: searchPath()) else {
      throw Refusal("cannot find gdb in PATH (apt install gdb)")
    }
    let environment = lane.environment(words)
    let own = environment.filter { entry in
      ["LD_PRELOAD=", "ZMALLOC_DEBUG="].contains { entry.hasPrefix($0) }
    }
    let wrapper = (["env"] + own).map(shellQuoted).joined(separator: " ")
    let arguments =
      [
        "gdb", "-q", "-ex", "set exec-wrapper \(wrapper)", "-ex", "set breakpoint pending on",
        "-ex", "break zmalloc_fault_injected", "-ex", "run", "-ex", "backtrace", "--args",
        lane.setting.program,
      ] + lane.setting.arguments.dropFirst()
    let rest = environment.filter { !own.contains($0) }
    guard unsafe chdir(lane.folder.path) == 0 else {
      throw Refusal("cannot work in \(lane.folder.path): \(SystemError.text(errno))")
    }
    signal(SIGINT, SIG_IGN)
    var process: pid_t = 0
    let argumentArray = CStringArray(arguments)
    let environmentArray = CStringArray(rest)
    let code =
      unsafe argumentArray.withPointers { arguments in
        unsafe environmentArray.withPointers { environment in
          unsafe posix_spawn(&process, debugger, nil, nil, arguments, environment)
        }
      } ?? nil
    guard code == 0 else {
      throw Refusal("cannot run \(debugger): \(SystemError.text(code ?? ENOMEM))")
    }
    var status: CInt = 0
    while unsafe waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return 0
  }
}
