// The text of a campaign's report.
import LeakCheckKit
import Testing

@testable import OOMExplorer

@Suite struct CampaignReportTests {
  private func report() -> CampaignReport {
    var finding = Finding(
      id: "0123456789ab", verdict: .crashed, firstLine: "", signal: 11, status: 0, detail: "",
      breakStack: .none, faultStack: .none, plan: "site:1@1", trialCount: 2, samples: [])
    finding.title = "SIGSEGV in \u{1B}[31mgrow after a failed allocation in make_node"
    let stack = ResolvedStack(frames: [], isCut: false, isOneFrame: false)
    return CampaignReport(
      record: CampaignRecord(SampleCampaign.identity),
      findings: [NamedFinding(finding: finding, breakStack: stack, faultStack: stack)],
      known: [], failOn: Verdict.mistakes, file: "x.zcampaign", seconds: nil, jobs: 1,
      untriedCount: 0)
  }

  @Test func `on a terminal a title is painted, and what the program named is not`() {
    let title = "crashed: SIGSEGV in \\u{1b}[31mgrow after a failed allocation in make_node"
    let plain = report().text(TextStyle(isColoured: false)).split(separator: "\n")
    #expect(plain.contains(Substring(title)))
    let coloured = report().text(TextStyle(isColoured: true)).split(separator: "\n")
    #expect(coloured.contains("\u{1B}[1;31m\(title)\u{1B}[0m"))
  }
}
