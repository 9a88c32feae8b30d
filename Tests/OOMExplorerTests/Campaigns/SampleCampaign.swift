// A campaign with one of everything, and its file.
import LeakCheckKit
import Testing

@testable import OOMExplorer

/// A campaign with one of everything.
enum SampleCampaign {
  static let identity = CampaignIdentity(
    program: "/opt/größe \"x\"\n", arguments: ["x", "", "-\\\u{1}😀"], folder: "/home/me",
    options: "seed=7,quarantine=8MiB", families: "all")

  static let modules = [
    ModuleList.Entry(path: "parse", buildID: "00ff10", isProgram: true),
    ModuleList.Entry(path: "/usr/lib/libx.so.1", buildID: "", isProgram: false),
  ]

  static let sites = [
    Site(
      key: .max, firstPoint: 1, count: 3, seconds: 0.000123,
      frames: [SiteFrame(module: 0, offset: 0x101), SiteFrame(module: 1, offset: .max)]),
    Site(key: 0x4F2A, firstPoint: 37, count: 1_000_000, seconds: 12.5, frames: []),
    Site(
      key: 1, firstPoint: UInt64(Int64.max), count: 1, seconds: 0,
      frames: [SiteFrame(module: -1, offset: 0xFFFF_FFFF_FF60_0000)]),
  ]

  /// A trial of each kind and each verdict.
  static let trials: [TrialRecord] = {
    let kinds: [Trial.Kind] = [.once, .onward, .burst, .later(9), .second(0xBEE)]
    return Verdict.allCases.enumerated().map { number, verdict in
      TrialRecord(
        trial: Trial(site: sites[number % 3].key, kind: kinds[number % 5]),
        judgement: Judgement(
          verdict: verdict, breakPlace: number == 0 ? .max : UInt64(number), faultPlace: 0xFA,
          status: Int32(number * 25), signal: Int32(number),
          detail: number == 3 ? "\"größe\"\t\u{7F}" : ""),
        engine: Engine.allCases[number % 3])
    }
  }()

  static let findings = [
    Finding(
      id: "0123456789ab", verdict: .crashed, title: "SIGSEGV in größe", firstLine: "größe",
      signal: 11, status: 139,
      detail: "", breakStack: SiteStack(frames: sites[0].frames, isExact: true),
      faultStack: SiteStack(frames: sites[2].frames, isExact: false), plan: "'burst:37,3'",
      trialCount: 40, samples: trials.prefix(5).map(\.trial)),
    Finding(
      id: "", verdict: .unstable, title: "", firstLine: "", signal: 0, status: -1,
      detail: "a, then b",
      breakStack: .none, faultStack: .none, plan: "", trialCount: 0, samples: []),
  ]

  static let remarks = ["the program is not the same each time", "größe\n"]

  static var record: CampaignRecord {
    var record = CampaignRecord(identity)
    for entry in modules { _ = record.modules.index(of: entry) }
    record.sites = sites
    record.trials = trials
    record.findings = findings
    record.remarks = remarks
    return record
  }

  /// The lines after those of the modules.
  static var lines: [JSON] {
    sites.map(\.json) + trials.map(\.json) + findings.map(\.json)
      + remarks.map { .object([.init("remark", .string($0))]) }
  }

  /// Writes the whole as a campaign does.
  static func write(to path: String) throws {
    let writer = try CampaignWriter(path, isNew: true)
    writer.add(identity.json)
    writer.add(record.modules)
    for line in lines { writer.add(line) }
    try writer.flush(isDue: true)
  }
}

/// Expects that two campaigns say the same.
func expectSame(
  _ first: CampaignRecord, _ second: CampaignRecord,
  sourceLocation: Testing.SourceLocation = #_sourceLocation
) {
  #expect(first.identity == second.identity, sourceLocation: sourceLocation)
  #expect(first.modules == second.modules, sourceLocation: sourceLocation)
  #expect(first.sites == second.sites, sourceLocation: sourceLocation)
  #expect(first.trials == second.trials, sourceLocation: sourceLocation)
  #expect(first.findings == second.findings, sourceLocation: sourceLocation)
  #expect(first.remarks == second.remarks, sourceLocation: sourceLocation)
}
