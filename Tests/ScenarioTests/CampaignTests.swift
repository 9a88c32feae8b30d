// `zleakcheck fuzz` over small programs, each with one mistake on an error path or its good twin:
// the verdicts are those that the program deserves, and the same in all three engines.
import Foundation
import Testing

@Suite("Campaigns")
struct CampaignTests {
  static let engines = ["rerun", "server", "split"]

  /// A program and what its failures come to.
  struct Expected: Sendable, CustomStringConvertible {
    var program: String
    var verdicts: [String]
    /// What ends a campaign over its good twin; `nil` where there is none.
    var good: [String]?
    var flags: [String] = []

    var description: String { program }
    var isBroken: Bool {
      !Set(verdicts).isDisjoint(with: ["crashed", "corrupted", "leaked", "hung", "swallowed"])
    }
  }

  static let expected: [Expected] = [
    Expected(program: "unchecked_crash", verdicts: ["crashed"], good: ["reported"]),
    Expected(program: "cleanup_leak", verdicts: ["leaked", "reported"], good: ["reported"]),
    Expected(program: "part_swallowed", verdicts: ["swallowed"], good: ["reported"]),
    Expected(program: "file_swallowed", verdicts: ["swallowed"], good: ["reported"]),
    Expected(
      program: "retry_hangs", verdicts: ["hung", "tolerated"], good: ["reported", "tolerated"],
      flags: ["--time-limit", "5"]),
    Expected(program: "free_twice", verdicts: ["corrupted", "reported"], good: ["reported"]),
    Expected(program: "descriptor_left", verdicts: ["leaked"], good: ["tolerated"]),
    Expected(program: "handled_crash", verdicts: ["crashed"], good: ["reported"]),
    Expected(
      program: "second_failure", verdicts: ["crashed", "reported"], good: ["reported"]),
    Expected(
      program: "three_in_row", verdicts: ["crashed", "tolerated"],
      good: ["reported", "tolerated"]),
    Expected(program: "later_one", verdicts: ["reported"], good: ["reported"]),
    Expected(
      program: "output_endless", verdicts: ["hung"], good: ["reported"],
      flags: ["--time-limit", "20"]),
    Expected(program: "abort_policy", verdicts: ["aborted"]),
    Expected(program: "status_88", verdicts: ["reported"]),
    Expected(program: "signals_group", verdicts: ["aborted"]),
    Expected(program: "children_ignored", verdicts: ["reported"]),
    Expected(program: "timer_runs", verdicts: ["reported"]),
    Expected(program: "timer_created", verdicts: ["reported"]),
    Expected(program: "threads_run", verdicts: ["reported"]),
    Expected(program: "daemon_left", verdicts: ["reported"]),
    Expected(program: "late_sites", verdicts: ["reported"]),
  ]

  @Test("campaign", arguments: expected, engines)
  func campaign(_ expected: Expected, _ engine: String) async throws {
    try await inScratchFolder { folder in
      let found = try await run(expected.program, engine, expected.flags, folder)
      #expect(found.kinds == Set(expected.verdicts), "\(found.verdicts) \(found.outcome.errors)")
      #expect(found.outcome.status == (expected.isBroken ? 25 : 0))
      #expect(found.findings.isEmpty != expected.isBroken)
      #expect(!found.remarks.contains { $0.contains("did not end as the plain") })
    }
    guard let good = expected.good else { return }
    try await inScratchFolder { folder in
      let found = try await run(expected.program + "-good", engine, expected.flags, folder)
      #expect(found.kinds == Set(good), "\(found.verdicts)")
      #expect(found.outcome.status == 0)
      #expect(found.findings.isEmpty)
    }
  }

  private func run(
    _ program: String, _ engine: String, _ flags: [String], _ folder: URL
  ) async throws -> Campaign.Findings {
    try await Campaign(
      program: Products.scenario("malloc/campaign_\(program)"), engine: engine, flags: flags
    ).run(in: folder)
  }

  /// Verdicts of second failures.
  private func seconds(_ found: Campaign.Findings) -> [String] {
    found.verdicts.filter { $0.key.contains("@1+") }.map(\.value)
  }

  @Test("second_failure: --depth 2 finds what the opened path does", arguments: engines)
  func depth(_ engine: String) async throws {
    try await inScratchFolder { folder in
      let found = try await run("second_failure", engine, ["--depth", "2"], folder)
      #expect(seconds(found) == ["crashed"], "\(found.remarks)")
      let good = try await run("second_failure-good", engine, ["--depth", "2"], folder)
      #expect(good.outcome.status == 70, "the file is another campaign's")
    }
    try await inScratchFolder { folder in
      let good = try await run("second_failure-good", engine, ["--depth", "2"], folder)
      #expect(good.outcome.status == 0)
      #expect(seconds(good) == ["reported"])
    }
  }

  @Test("second_failure: --depth 2 goes on from a campaign without it", arguments: engines)
  func depthLater(_ engine: String) async throws {
    try await inScratchFolder { folder in
      let first = try await run("second_failure", engine, [], folder)
      #expect(seconds(first) == [])
      let found = try await run("second_failure", engine, ["--depth", "2"], folder)
      #expect(seconds(found) == ["crashed"], "\(found.remarks)")
      // What was opened is in the file: without the last result it is tried again.
      let file = folder.appendingPathComponent("state.zcampaign")
      let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      let rest = lines.filter { !$0.contains("@1+") }.joined(separator: "\n") + "\n"
      try Data(rest.utf8).write(to: file)
      let again = try await run("second_failure", engine, ["--depth", "2"], folder)
      #expect(seconds(again) == ["crashed"])
      let text = try String(contentsOf: file, encoding: .utf8)
      let trials = text.split(separator: "\n").filter { $0.hasPrefix("{\"trial\"") }
      #expect(trials.count == lines.filter { $0.hasPrefix("{\"trial\"") }.count)
    }
  }

  @Test("where the run that is split is another than the plain one, its failures are tried again")
  func disturbed() async throws {
    try await inScratchFolder { folder in
      let found = try await run("sees_split", "split", [], folder)
      #expect(found.outcome.status == 0)
      #expect(found.kinds == ["reported"])
      #expect(Set(found.engines.values) == ["rerun"])
      #expect(found.remarks.contains { $0.contains("did not end as the plain one: 2 failures") })
    }
  }

  @Test(
    "with time left, bursts and later occurrences are tried",
    arguments: [("three_in_row", "@1[*]3$"), ("later_one", "@([2-9]|1[0-9]|20)$")])
  func extras(_ program: String, _ extra: String) async throws {
    func verdicts(_ found: Campaign.Findings) -> Set<String> {
      let extras = found.verdicts.filter {
        $0.key.range(of: extra, options: .regularExpression) != nil
      }
      return Set(extras.values)
    }
    try await inScratchFolder { folder in
      let found = try await run(program, "server", ["--budget", "20s"], folder)
      #expect(found.outcome.status == 25)
      #expect(verdicts(found).contains("crashed"), "\(found.verdicts)")
    }
    try await inScratchFolder { folder in
      let found = try await run(program + "-good", "server", ["--budget", "20s"], folder)
      #expect(found.outcome.status == 0)
      #expect(verdicts(found) == ["reported"], "\(found.verdicts)")
    }
  }

  @Test(
    "pipe_shared: a split child takes nothing out of a pipe that is its parent's too",
    arguments: [[], ["120"]])
  func sharedPipe(_ arguments: [String]) async throws {
    try await inScratchFolder { folder in
      let found = try await Campaign(
        program: Products.scenario("malloc/campaign_pipe_shared"), arguments: arguments,
        engine: "split"
      ).run(in: folder)
      #expect(found.kinds == ["reported"])
      #expect(
        found.remarks == [
          "2 split children would have done what others see, and were tried again by rerun"
        ])
    }
  }
}
