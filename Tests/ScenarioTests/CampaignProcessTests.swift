// The processes of a campaign: that none stays, and that an interrupt ends them.
import Foundation
import Testing

@Suite("Processes of campaigns")
struct CampaignProcessTests {
  /// The processes with this word in their environment.
  private func processes(with mark: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
      guard Int(name) != nil,
        let data = FileManager.default.contents(atPath: "/proc/\(name)/environ")
      else { return false }
      return String(decoding: data, as: UTF8.self).contains("ZMALLOC_TEST_MARK=\(mark)")
    }
  }

  private func daemons(_ engine: String, _ mark: String) throws -> Campaign {
    var campaign = Campaign(
      program: try Products.scenario("malloc/campaign_daemon_left"), engine: engine)
    campaign.environment = ["ZMALLOC_TEST_MARK": mark]
    return campaign
  }

  @Test("a daemon that nobody ends is seen")
  func daemonsAreSeen() async throws {
    try await inScratchFolder { folder in
      let mark = UUID().uuidString
      var command = Command(program: try Products.scenario("malloc/campaign_daemon_left"))
      command.environment = ["ZMALLOC_TEST_MARK": mark]
      _ = try await command.run(in: folder)
      // It is there some time after the program has ended.
      var seen: [String] = []
      for _ in 0..<1000 where seen.isEmpty {
        seen = try processes(with: mark)
        if seen.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
      }
      #expect(!seen.isEmpty)
      // The child between may be seen first: until nobody is left.
      for _ in 0..<1000 where !seen.isEmpty {
        for name in seen { kill(pid_t(name) ?? 0, SIGKILL) }
        try await Task.sleep(for: .milliseconds(20))
        seen = try processes(with: mark)
      }
      #expect(seen == [])
    }
  }

  @Test("no process outlives a campaign, nor a replay", arguments: CampaignTests.engines)
  func nobodyStays(_ engine: String) async throws {
    try await inScratchFolder { folder in
      let mark = UUID().uuidString
      let found = try await daemons(engine, mark).run(in: folder)
      #expect(try processes(with: mark) == [])
      let name = try #require(found.verdicts.keys.first)
      var replay = Command(
        program: try Products.zleakcheck(), arguments: ["replay", name, "state.zcampaign"])
      replay.environment = ["ZMALLOC_TEST_MARK": mark]
      #expect(try await replay.run(in: folder).status == 0)
      #expect(try processes(with: mark) == [])
    }
  }

  @Test("daemons of runs that have ended do not become many", arguments: ["rerun", "server"])
  func daemonsStayFew(_ engine: String) async throws {
    try await inScratchFolder { folder in
      let paths = ["numbers", "alive"].map { folder.appendingPathComponent($0).path }
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent("w"), withIntermediateDirectories: true)
      let found = try await Campaign(
        program: try Products.scenario("malloc/campaign_daemons_many"), arguments: paths,
        engine: engine, flags: ["--folder", "w", "--fail-on", "none"]
      ).run(in: folder)
      #expect(found.verdicts.count == 20)
      #expect(Set(found.verdicts.values) == ["reported"])
      let counts = try String(contentsOfFile: paths[1], encoding: .utf8).split(separator: "\n")
      #expect(counts.count > 20)
      // Those of 16 runs, and one that has not said its number yet.
      #expect(try #require(counts.compactMap { Int($0) }.max()) <= 17)
    }
  }

  @Test("an interrupt ends the confirmation, and what is known is told")
  func interruptsConfirmation() async throws {
    try await inScratchFolder { folder in
      let program = try Products.scenario("malloc/campaign_crashes_first")
      let mark = folder.appendingPathComponent("mark").path
      let words = ["--fail-on", "crashed", "--time-limit", "60", "--engine", "rerun"]
      // Both failures crash; their repetitions would take a minute each.
      let outcome = try await interrupted(
        ["fuzz", "--state", "s.z"] + words + ["--", program, mark, "2", "59000"],
        after: "[ \"$(stat -c %s mark)\" = 3 ]", in: folder)
      #expect(outcome.status == 130, "\(outcome.errors)")
      #expect(outcome.output.contains("2 crashed"))
      #expect(outcome.output.contains("not confirmed: go on with the same command"))
      let again = try await Command(
        program: try Products.zleakcheck(),
        arguments: ["fuzz", "--state", "s.z", "--fail-on", "crashed", "--time-limit", "5", "--"]
          + [program, mark, "2", "59000"]
      ).run(in: folder)
      #expect(again.status == 0)
      #expect(again.output.contains("unstable: crashed, then hung and hung"), "\(again.output)")
    }
  }

  /// Starts a command, interrupts it two seconds after a condition of the shell's holds, and says
  /// how it ended: in less time than what it waits for would take.
  private func interrupted(
    _ words: [String], after condition: String = "true", in folder: URL
  ) async throws -> Outcome {
    var shell = Command(program: "bash")
    shell.timeLimit = .seconds(50)
    shell.arguments = [
      "-c",
      """
      "$@" </dev/null & pid=$!
      until \(condition); do sleep 0.1; done
      sleep 2; kill -INT $pid; wait $pid
      """, "bash", try Products.zleakcheck(),
    ]
    shell.arguments += words
    return try await shell.run(in: folder)
  }

  @Test("an interrupt ends plain runs, failures and a replay")
  func interrupts() async throws {
    try await inScratchFolder { folder in
      let program = try Products.scenario("malloc/campaign_slow_error")
      let plain = try await interrupted(
        ["fuzz", "--state", "s.z", "--", program, "60000", "0"], in: folder)
      #expect(plain.status == 130)
      #expect(plain.errors.contains("interrupted"))
      let fuzz = [
        "fuzz", "--state", "t.z", "--time-limit", "60", "--engine", "rerun", "--", program, "0",
        "60000",
      ]
      let failures = try await interrupted(fuzz, after: "grep -q '^{\"site\"' t.z", in: folder)
      #expect(failures.status == 130)
      #expect(failures.output.contains("not tried"))
      let none = Outcome(status: 0, output: "", errors: "")
      #expect(try Campaign.read(none, folder, "t.z").verdicts == [:])
      let text = try String(
        contentsOf: folder.appendingPathComponent("t.z"), encoding: .utf8)
      let site = try #require(text.split(separator: "\n").first { $0.hasPrefix("{\"site\"") })
      let key = try #require(site.split(separator: "\"").dropFirst(3).first)
      let replay = try await interrupted(
        ["replay", "--time-limit", "60", "\(key)@1", "t.z"], in: folder)
      #expect(replay.status == 130)
    }
  }
}
