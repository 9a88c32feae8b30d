// The matrix of what was tried: rows, their order, and the text that a person sees.
import LeakCheckKit
import Testing

@testable import OOMExplorer

@Suite struct CoverageMatrixTests {
  private func site(_ key: UInt64, _ offset: UInt64?) -> Site {
    Site(
      key: key, firstPoint: key, count: 1, seconds: 0,
      frames: offset.map {
        [SiteFrame(module: 0, offset: $0 + 1), SiteFrame(module: 0, offset: key << 16)]
      } ?? [])
  }

  private func record(_ trials: [(UInt64, Verdict)]) -> CampaignRecord {
    var record = CampaignRecord(SampleCampaign.identity)
    _ = record.modules.index(of: .init(path: "parse", buildID: "", isProgram: true))
    record.sites = [
      site(1, 0x300), site(2, 0x100), site(3, 0x200), site(4, 0x100), site(5, nil),
    ]
    record.trials = trials.map { key, verdict in
      TrialRecord(
        trial: Trial(site: key, kind: .once), judgement: Judgement(verdict: verdict),
        engine: .rerun)
    }
    return record
  }

  private func text(_ record: CampaignRecord) -> [String] {
    var report = TextReport(style: TextStyle(isColoured: false))
    CoverageMatrix(record).add(to: &report)
    return report.lines
  }

  @Test func `functions with a site that never failed come first, then by name`() {
    let rows = CoverageMatrix(
      record([(1, .tolerated), (1, .crashed), (2, .leaked), (5, .leaked), (9, .hung)])
    ).rows(symbolizer: nil)
    #expect(rows.map(\.place) == ["parse+0x100", "parse+0x200", "?", "parse+0x300"])
    #expect(rows.map(\.siteCount) == [2, 1, 1, 1])
    #expect(rows.map(\.untriedCount) == [1, 1, 0, 0])
    #expect(
      rows.map(\.verdicts)
        == [[.leaked: 1], [:], [.leaked: 1], [.tolerated: 1, .crashed: 1]])
  }

  @Test func `sites that no trial failed are counted`() {
    #expect(CoverageMatrix(record([])).untriedFunctionCount == 5)
    #expect(CoverageMatrix(record([(1, .hung), (1, .hung)])).untriedFunctionCount == 4)
    #expect(CoverageMatrix(record((1...5).map { ($0, .hung) })).untriedFunctionCount == 0)
  }

  @Test func `each verdict that was given has a column, the worst first`() {
    let trials: [(UInt64, Verdict)] = [
      (1, .tolerated), (1, .crashed), (2, .leaked), (4, .leaked), (3, .tolerated),
    ]
    #expect(
      text(record(trials)) == [
        "",
        "coverage: failures by function and verdict",
        "  function     sites  never   crashed    leaked tolerated",
        "  ?                1      1         ·         ·         ·",
        "  parse+0x100      2      ·         ·         2         ·",
        "  parse+0x200      1      ·         ·         ·         1",
        "  parse+0x300      1      ·         1         ·         1",
      ])
  }

  @Test func `a campaign without sites is a head alone`() {
    #expect(
      text(CampaignRecord(SampleCampaign.identity)) == [
        "", "coverage: failures by function and verdict", "  function  sites  never",
      ])
  }
}
