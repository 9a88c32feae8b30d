// Parts of a campaign, united: the same whatever the order in which they come.
public import LeakCheckKit

extension CampaignRecord {
  /// Unites parts of one campaign.
  ///
  /// - Throws: A sentence when they are not of one campaign.
  static func united(_ parts: [CampaignRecord]) throws(Refusal) -> CampaignRecord {
    guard let first = parts.first else { throw Refusal("there is nothing to merge") }
    var whole = CampaignRecord(first.identity)
    // Modules in an order that does not depend on the parts'.
    for entry in parts.flatMap(\.modules.entries).sorted(by: {
      ($0.path, $0.buildID) < ($1.path, $1.buildID)
    }) {
      _ = whole.modules.index(of: entry)
    }
    for part in parts {
      guard part.identity.program == first.identity.program,
        part.identity.arguments == first.identity.arguments,
        part.identity.options == first.identity.options,
        part.identity.families == first.identity.families,
        part.identity.input == first.identity.input
      else {
        throw Refusal(
          "cannot merge: \(part.identity.arguments.joined(separator: " ")) is another campaign "
            + first.identity.arguments.joined(separator: " "))
      }
      whole.add(part)
    }
    whole.sites.sort { ($0.firstPoint, $0.key) < ($1.firstPoint, $1.key) }
    whole.trials.sort { $0.trial.name < $1.trial.name }
    whole.findings.sort { $0.id < $1.id }
    whole.remarks.sort()
    return whole
  }

  private mutating func add(_ part: CampaignRecord) {
    var modules = modules
    let moved = part.modules.entries.map { modules.index(of: $0) }
    func frames(_ frames: [SiteFrame]) -> [SiteFrame] {
      frames.map { SiteFrame(module: $0.module < 0 ? -1 : moved[$0.module], offset: $0.offset) }
    }
    let known = Dictionary(sites.enumerated().map { ($1.key, $0) }) { first, _ in first }
    for var site in part.sites {
      site.frames = frames(site.frames)
      guard let index = known[site.key] else {
        sites.append(site)
        continue
      }
      // Machines differ in speed, not in sites.
      sites[index].seconds = min(sites[index].seconds, site.seconds)
    }
    let tried = Set(trials.map(\.trial))
    trials += part.trials.filter { !tried.contains($0.trial) }
    for var finding in part.findings {
      finding.breakStack.frames = frames(finding.breakStack.frames)
      finding.faultStack.frames = frames(finding.faultStack.frames)
      unite(finding)
    }
    for remark in part.remarks where !remarks.contains(remark) { remarks.append(remark) }
  }

  /// Adds a finding, or what it knows more of one that is there.
  private mutating func unite(_ finding: Finding) {
    guard let index = findings.firstIndex(where: { $0.id == finding.id }) else {
      findings.append(finding)
      return
    }
    var both = findings[index]
    // The one of two samples that a whole campaign would have shown.
    if (finding.plan, finding.title) < (both.plan, both.title) { both = finding }
    both.trialCount = findings[index].trialCount + finding.trialCount
    both.samples = Array(
      Set(findings[index].samples + finding.samples).sorted { $0.name < $1.name }
        .prefix(Finding.sampleLimit))
    findings[index] = both
  }

  /// Writes the whole record to a new file.
  func write(to path: String) throws(Refusal) {
    let writer = try CampaignWriter(path, isNew: true)
    writer.add(identity.json)
    writer.add(modules)
    for site in sites { writer.add(site.json) }
    for trial in trials { writer.add(trial.json) }
    for finding in findings { writer.add(finding.json) }
    for remark in remarks { writer.add(.object([.init("remark", .string(remark))])) }
    try writer.flush(isDue: true)
  }
}

/// `zleakcheck merge`: unites the files of a campaign's parts.
public struct CampaignFiles: Sendable {
  /// The files.
  public var files: [String]
  /// Where the united file goes; `nil` to show alone.
  public var target: String?
  /// A file of findings that are known already.
  public var knownFile: String?
  /// The report's form.
  public var format = ReportFormat.text
  /// Where the report goes.
  public var output = OutputFile.standardOutput

  /// Makes a request with everything else at its default.
  public init(files: [String]) { self.files = files }

  /// Whether a file is a campaign's.
  public static func isCampaign(_ path: String) -> Bool {
    guard let file = try? OpenFile(reading: path),
      let start = file.bytes(at: 0, count: min(26, file.byteCount))
    else { return false }
    return start.starts(with: "{\"zleakcheck\":\"campaign\"".utf8)
  }

  /// Unites the files, and shows them.
  ///
  /// - Parameter isJudged: Whether a finding that is not known ends with status 25.
  /// - Returns: The exit status.
  public func execute(isJudged: Bool) -> Int32 {
    do throws(Refusal) {
      var parts: [CampaignRecord] = []
      for file in files { parts.append(try CampaignRecord.read(file)) }
      let whole = try CampaignRecord.united(parts)
      if let target {
        try whole.write(to: target)
        try keepInput(whole, target)
      }
      let known = try knownFile.map { path throws(Refusal) in try KnownFindings(path: path) }
      let names = named(
        whole.findings, whole.modules,
        symbolizer: SymbolizerSearch.find().map { LLVMSymbolizer(path: $0) })
      // What the campaigns were told to look for is in their findings, whatever it is.
      let failOn = Verdict.mistakes.union(whole.findings.map(\.verdict)).subtracting([.unstable])
      let report = CampaignReport(
        record: whole, findings: names, known: known?.identifiers ?? [], failOn: failOn,
        file: target ?? files[0], seconds: nil, jobs: 1, untriedCount: 0)
      let text =
        format == .json
        ? report.json.rendered() : report.text(TextStyle(for: output), isWhole: true)
      do throws(SystemError) { try output.write(text) } catch { throw Refusal("\(error)") }
      return isJudged && report.isBroken ? Campaign.broken : 0
    } catch {
      try? OutputFile.standardError.write("zleakcheck: \(printable("\(error)"))\n")
      return ExitStatus.failed
    }
  }

  /// Keeps the standard input beside the united file, if a part has it.
  private func keepInput(_ whole: CampaignRecord, _ target: String) throws(Refusal) {
    let digest = whole.identity.input
    guard !digest.isEmpty else { return }
    for file in files {
      guard let input = try? InputSpool.kept(at: file + ".input", digest: digest) else { continue }
      return try InputSpool.keep(input, at: target + ".input")
    }
  }
}
