// The files of a campaign: the state on a full disk, the input beside it, and that the program
// finds none of them in its folder.
import Foundation
import Testing

@Suite("Files of campaigns")
struct CampaignFileTests {
  private func zleakcheck(_ arguments: [String], in folder: URL) async throws -> Outcome {
    try await Command(program: try Products.zleakcheck(), arguments: arguments).run(in: folder)
  }

  @Test("the program finds no file of the campaign, in no lane and in no second campaign")
  func ownFiles() async throws {
    try await inScratchFolder { folder in
      let list = Campaign(program: "ls", flags: ["--jobs", "2", "--fail-on", "none"])
      for _ in 0..<2 {
        let found = try await list.run(in: folder)
        #expect(found.outcome.status == 0, "\(found.outcome.errors)")
        #expect(!found.remarks.contains { $0.contains("left out") }, "\(found.remarks)")
        #expect(found.verdicts.count > 10)
      }
      let name = try #require(try await list.run(in: folder).verdicts.keys.first)
      let replay = try await zleakcheck(["replay", name, "state.zcampaign"], in: folder)
      #expect([0, 25].contains(replay.status), "\(replay.errors)")
    }
  }

  @Test("a full disk takes the campaign's file, not the report")
  func fullDisk() async throws {
    try await inScratchFolder { folder in
      for (twin, status) in [("", 25), ("-good", 0)] {
        var campaign = Campaign(
          program: try Products.scenario("malloc/campaign_cleanup_leak\(twin)"))
        campaign.environment["LD_PRELOAD"] = try Products.scenario("libraries/full_disk.so")
        let found = try await campaign.run(in: folder, state: "state\(twin).full")
        #expect(found.outcome.status == status, "\(found.outcome.errors)")
        #expect(found.findings.count == (status == 25 ? 1 : 0))
        #expect(found.verdicts == [:])
        #expect(found.remarks.contains { $0.contains("No space left on device") })
      }
    }
  }

  @Test("piped input is kept: a replay has it, and a campaign that goes on")
  func pipedInput() async throws {
    try await inScratchFolder { folder in
      let program = try Products.scenario("malloc/campaign_reads_input")
      func piped(_ input: String, _ words: [String]) async throws -> Outcome {
        var shell = Command(program: "sh")
        shell.arguments = ["-c", "input=$1; shift; printf %s \"$input\" | \"$@\"", "sh", input]
        shell.arguments += [try Products.zleakcheck()] + words
        return try await shell.run(in: folder)
      }
      let fuzz = ["fuzz", "--time-limit", "30", "--state", "s.z", "--", program]
      #expect(try await piped("xyz", fuzz).status == 25)
      let kept = folder.appendingPathComponent("s.z.input")
      #expect(try String(contentsOf: kept, encoding: .utf8) == "xyz")
      let none = Outcome(status: 0, output: "", errors: "")
      let crash = try Campaign.read(none, folder, "s.z").verdicts.first { $0.value == "crashed" }
      let name = try #require(crash?.key)
      // The standard input is empty here, and another one there.
      #expect(try await zleakcheck(["replay", name, "s.z"], in: folder).status == 25)
      #expect(try await piped("other", ["replay", name, "s.z"]).status == 25)
      #expect(try await zleakcheck(fuzz, in: folder).status == 25)
      #expect(try await piped("xyz", fuzz).status == 25)
      #expect(try await piped("abc", fuzz).status == 70)
      let fresh = fuzz.map { $0 == "s.z" ? "t.z" : $0 }
      #expect(try await piped("abc", fresh).status == 0)
      let foreign = try await zleakcheck(["merge", "--into", "u.z", "s.z", "t.z"], in: folder)
      #expect(foreign.status == 70)
      #expect(try await zleakcheck(["merge", "--into", "u.z", "s.z"], in: folder).status == 25)
      #expect(try await zleakcheck(["replay", name, "u.z"], in: folder).status == 25)
      try Data("xyZ".utf8).write(to: kept)
      let changed = try await zleakcheck(["replay", name, "s.z"], in: folder)
      #expect(changed.status == 70)
      #expect(changed.errors.contains("s.z.input is not the standard input"))
    }
  }

  @Test("--fail-on aborted counts in the campaign, in its replay and in a merge")
  func abortedCounts() async throws {
    try await inScratchFolder { folder in
      let campaign = Campaign(
        program: try Products.scenario("malloc/campaign_abort_policy"),
        flags: ["--fail-on", "aborted"])
      let found = try await campaign.run(in: folder)
      #expect(found.outcome.status == 25)
      #expect(found.findings.map { $0["verdict"] as? String } == ["aborted"])
      let id = try #require(found.identifiers.first)
      #expect(try await zleakcheck(["replay", id, "state.zcampaign"], in: folder).status == 25)
      let merge = ["merge", "--into", "u.z", "state.zcampaign"]
      #expect(try await zleakcheck(merge, in: folder).status == 25)
    }
  }
}
