// Names for findings: the functions where it broke and where the allocation failed, a line that
// says so, and an identity that lasts.
import LeakCheckKit

/// A finding whose stacks have names.
struct NamedFinding {
  var finding: Finding
  var breakStack: ResolvedStack
  var faultStack: ResolvedStack
}

/// Gives findings names, all in one go, and unites those that a person would call one.
func named(
  _ findings: [Finding], _ modules: ModuleList, symbolizer: (any Symbolizer)?
) -> [NamedFinding] {
  guard !findings.isEmpty else { return [] }
  let stacks = modules.resolve(
    findings.flatMap { [$0.breakStack, $0.faultStack] }, symbolizer: symbolizer)
  var united: [NamedFinding] = []
  for (number, finding) in findings.enumerated() {
    var entry = NamedFinding(
      finding: finding, breakStack: stacks[number * 2], faultStack: stacks[number * 2 + 1])
    let places = ResolvedStack(
      frames: [entry.breakStack.culprit, entry.faultStack.culprit].compactMap { lasting($0) },
      isCut: false, isOneFrame: false)
    // One that a campaign has named keeps its name, also where the program's file is not there.
    if finding.id.isEmpty {
      let kind = "oom \(finding.verdict.rawValue)"
      entry.finding.id = String(Fingerprint(kind: kind, site: places).text.prefix(12))
      entry.finding.title = title(entry)
    }
    if let known = united.firstIndex(where: { $0.finding.id == entry.finding.id }) {
      united[known].finding.trialCount += finding.trialCount
      united[known].finding.samples = Array(
        (united[known].finding.samples + finding.samples).prefix(Finding.sampleLimit))
    } else {
      united.append(entry)
    }
  }
  return united.sorted { first, second in
    let ranks = [first, second].map {
      Verdict.byWeight.firstIndex(of: $0.finding.verdict) ?? Verdict.byWeight.count
    }
    if ranks[0] != ranks[1] { return ranks[0] < ranks[1] }
    let counts = [first.finding.trialCount, second.finding.trialCount]
    return counts[0] != counts[1]
      ? counts[0] > counts[1] : first.finding.id < second.finding.id
  }
}

extension NamedFinding {
  /// The call of the program inside which libc itself lost what it had allocated for itself; `nil`
  /// where the program has a part in it.
  var lossOfLibc: Frame? {
    guard finding.verdict == .leaked else { return nil }
    let calls = [breakStack, faultStack].map { stack in
      stack.frames.firstIndex { $0.origin != .runtime }.map { ($0, stack.frames[$0]) }
    }
    guard let lost = calls[0], let failed = calls[1], lost.0 > 0, failed.0 > 0,
      lost.1.address == failed.1.address
    else { return nil }
    return breakStack.frames[lost.0 - 1]
  }
}

/// A frame by which a finding can be named.
///
/// Without a name of the function its place in the module has to do: it lasts as long as the build.
private func lasting(_ frame: Frame?) -> Frame? {
  guard var frame else { return nil }
  if frame.function == nil, frame.moduleName != nil { frame.function = frame.title }
  return frame
}

/// `crashed: SIGSEGV in jv_free after a failed allocation in jv_string`.
private func title(_ entry: NamedFinding) -> String {
  let finding = entry.finding
  let broke = entry.breakStack.culprit.map { " in \($0.title)" } ?? ""
  let failed = entry.faultStack.culprit.map { " after a failed allocation in \($0.title)" } ?? ""
  let what =
    switch finding.verdict {
    case .crashed: finding.signal != 0 ? signalName(UInt32(finding.signal)) : "a signal"
    case .corrupted: finding.firstLine.isEmpty ? finding.detail : finding.firstLine
    case .leaked: finding.firstLine.isEmpty ? finding.detail : "left open: \(finding.firstLine)"
    case .hung: finding.detail.isEmpty ? "did not end" : finding.detail
    case .swallowed, .unstable: finding.detail
    case .tolerated, .reported, .aborted, .unreached: "status \(finding.status)"
    }
  return "\(what)\(broke)\(failed)"
}
