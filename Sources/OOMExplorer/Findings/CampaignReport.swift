// What a campaign says to a person: what happened, what broke and where, how to see it again, and
// what was never tried.
import LeakCheckKit

/// A campaign's report.
struct CampaignReport {
  var record: CampaignRecord
  var findings: [NamedFinding]
  /// Identities of findings that are known already.
  var known: Set<String>
  var failOn: Set<Verdict>
  /// The file of the campaign, as a person would name it.
  var file: String
  /// Seconds that the failures took, and the plain runs before them; `nil` where that is not known.
  var seconds: Double?
  var plainSeconds: Double?
  /// Seconds of one of those plain runs under the layer; `nil` where that is not known.
  var runSeconds: Double?
  /// What the run took that was split; `nil` where none was.
  var split: SplitTimes?
  var jobs: Int
  /// Trials that were planned and not done.
  var untriedCount: Int

  /// Findings that count: new, and of a verdict that fails.
  var newFindings: [NamedFinding] {
    findings.filter { failOn.contains($0.finding.verdict) && !known.contains($0.finding.id) }
  }

  /// Whether a broken path was found that is not known yet.
  var isBroken: Bool { !newFindings.isEmpty }

  /// How often each verdict was given.
  var counts: [(Verdict, Int)] {
    Verdict.byWeight.map { verdict in
      (verdict, record.trials.count { $0.judgement.verdict == verdict })
    }.filter { $0.1 > 0 }
  }

  /// The report as text.
  func text(_ style: TextStyle, isWhole: Bool = false) -> String {
    var text = TextReport(style: style)
    addHeader(&text)
    for entry in findings where failOn.contains(entry.finding.verdict) { add(entry, &text) }
    for entry in findings where !failOn.contains(entry.finding.verdict) { add(entry, &text) }
    if isWhole { CoverageMatrix(record).add(to: &text) }
    addSummary(&text)
    return text.lines.joined(separator: "\n") + "\n"
  }

  private func addHeader(_ text: inout TextReport) {
    let program = lastPart(record.identity.program)
    let broken = findings.filter { failOn.contains($0.finding.verdict) }.count
    let headline =
      broken == 0
      ? "no broken out-of-memory path"
      : counted(broken, "broken out-of-memory path")
    let tried = "\(counted(record.trials.count, "failure")) at \(counted(triedSites.count, "site"))"
    text.lines.append(
      text.style.strong("zleakcheck fuzz: \(printable(program)): \(headline) (\(tried))"))
  }

  private var triedSites: Set<UInt64> { Set(record.trials.map(\.trial.site)) }

  private func add(_ entry: NamedFinding, _ text: inout TextReport) {
    let finding = entry.finding
    let mark = known.contains(finding.id) ? " (known)" : ""
    text.lines.append("")
    text.addWrapped(
      "\(finding.verdict.rawValue): \(finding.title)\(mark)", hanging: 2, paint: text.style.bad)
    if !finding.detail.isEmpty, finding.verdict != .swallowed, finding.verdict != .unstable,
      !finding.title.hasPrefix(finding.detail)
    {
      text.addWrapped(finding.detail, indent: 2)
    }
    if !entry.breakStack.frames.isEmpty {
      text.add(entry.breakStack, label: label(finding.verdict))
    }
    text.add(entry.faultStack, label: "allocation failed here")
    let samples = finding.samples.map(\.name).joined(separator: " ")
    text.addWrapped(
      "\(counted(finding.trialCount, "failure")) led here: \(samples)", indent: 2, hanging: 2)
    text.lines.append("  replay " + text.style.strong(replayCommand(finding)))
  }

  private func label(_ verdict: Verdict) -> String {
    switch verdict {
    case .leaked: "lost block was allocated here"
    case .hung: "was here when its time was up"
    case .corrupted: "noticed here"
    default: "broke here"
    }
  }

  private func replayCommand(_ finding: Finding) -> String {
    "zleakcheck replay \(finding.id) \(shellQuoted(file))"
  }

  private func addSummary(_ text: inout TextReport) {
    text.lines.append("")
    text.lines.append(text.style.strong("summary"))
    let words = [record.identity.program] + record.identity.arguments.dropFirst()
    text.addLabelled("program", words.map(shellQuoted).joined(separator: " "))
    let sites = record.sites.count
    let triedSites = triedSites
    let tried = record.sites.count { triedSites.contains($0.key) }
    text.addLabelled("sites", "\(grouped(sites)) seen, \(grouped(tried)) tried")
    text.addLabelled(
      "verdicts",
      counts.isEmpty
        ? "none" : counts.map { "\(grouped($0.1)) \($0.0.rawValue)" }.joined(separator: ", "))
    let engines = Engine.allCases.map { engine in
      (engine, record.trials.count { $0.engine == engine })
    }.filter { $0.1 > 0 }
    var how = engines.map { "\(grouped($0.1)) by \($0.0.rawValue)" }.joined(separator: ", ")
    if let seconds {
      how += " in \(timeQuantity(UInt64(seconds * 1e9))), \(counted(jobs, "job"))"
    }
    if let plainSeconds {
      how += ", after plain runs of \(timeQuantity(UInt64(plainSeconds * 1e9)))"
    }
    text.addLabelled("engine", how)
    if untriedCount > 0 {
      text.addLabelled(
        "not tried", "\(counted(untriedCount, "failure")): go on with the same command")
    }
    let functions = CoverageMatrix(record).untriedFunctionCount
    if functions > 0 {
      text.addLabelled("", "\(counted(functions, "site")) never failed: zleakcheck report \(file)")
    }
    for (number, remark) in record.remarks.enumerated() {
      text.addLabelled(number == 0 ? "notes" : "", remark)
    }
    text.addLabelled("campaign", file)
  }
}

extension TextReport {
  /// Adds a stack under a label.
  mutating func add(_ stack: ResolvedStack, label: String) {
    addHeading(label, [])
    addStack(stack)
  }
}
