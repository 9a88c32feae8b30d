// The command around a campaign: what it leaves alone, what it goes on from, what it refuses, and
// how parts are united.
import Foundation
import Testing

@Suite("Campaign commands")
struct CampaignCommandTests {
  private func zleakcheck(
    _ arguments: [String], in folder: URL, input: String = ""
  ) async throws -> Outcome {
    var command = Command(program: try Products.zleakcheck(), arguments: arguments)
    command.input = input
    return try await command.run(in: folder)
  }

  private func leaking(_ engine: String = "server", flags: [String] = []) throws -> Campaign {
    Campaign(
      program: try Products.scenario("malloc/campaign_cleanup_leak"), engine: engine, flags: flags)
  }

  @Test("a finding replays the same way each time, a failure by its name too")
  func replay() async throws {
    try await inScratchFolder { folder in
      let found = try await leaking().run(in: folder)
      let id = try #require(found.identifiers.first)
      for _ in 0..<3 {
        let outcome = try await zleakcheck(["replay", id, "state.zcampaign"], in: folder)
        #expect(outcome.status == 25)
        #expect(outcome.output.contains("make_pair"))
        #expect(outcome.output.contains("zleakcheck replay: leaked"))
      }
      // The one campaign here needs no name.
      #expect(try await zleakcheck(["replay", id], in: folder).status == 25)
      let tolerated = found.verdicts.first { $0.value == "reported" }
      let name = try #require(tolerated?.key)
      #expect(try await zleakcheck(["replay", name], in: folder).status == 0)
      #expect(try await zleakcheck(["replay", "abcdef012345"], in: folder).status == 70)
    }
  }

  @Test("the debugger stops at the failed allocation, and sees who asked for it")
  func debugger() async throws {
    try await inScratchFolder { folder in
      let found = try await leaking().run(in: folder)
      let id = try #require(found.identifiers.first)
      let outcome = try await zleakcheck(
        ["replay", "--gdb", id, "state.zcampaign"], in: folder, input: "kill\nquit\n")
      for words in ["Breakpoint 1", "zmalloc_fault_injected", "make_pair", "in main ("] {
        #expect(outcome.output.contains(words), "\(words): \(outcome.output)\(outcome.errors)")
      }
    }
  }

  @Test("the report of a campaign's file has its findings and the matrix of what was tried")
  func report() async throws {
    try await inScratchFolder { folder in
      _ = try await leaking().run(in: folder)
      let text = try await zleakcheck(["report", "state.zcampaign"], in: folder)
      #expect(text.status == 0)
      for words in ["leaked: 1 block lost in make_pair", "coverage", "3 seen, 3 tried"] {
        #expect(text.output.contains(words), "\(words)")
      }
      let json = try await zleakcheck(
        ["report", "--format", "json", "state.zcampaign"], in: folder)
      let value = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
      #expect((value as? [String: Any])?["schema"] as? String == "swift-zmalloc campaign")
    }
  }

  @Test("known findings keep the status at 0, others do not")
  func known() async throws {
    try await inScratchFolder { folder in
      let found = try await leaking().run(in: folder)
      let id = try #require(found.identifiers.first)
      let file = folder.appendingPathComponent("known.txt")
      for (text, status) in [
        ("# ours\n\(id) make_pair forgets\n", 0), ("000000000000 another\n", 25), ("what\n", 70),
      ] {
        try Data(text.utf8).write(to: file)
        let again = try await leaking(flags: ["--known", "known.txt"]).run(in: folder)
        #expect(again.outcome.status == status)
      }
    }
  }

  @Test("four parts, driven by GNU parallel, united in any order, find what one campaign finds")
  func parts() async throws {
    try await inScratchFolder { folder in
      let program = try Products.scenario("malloc/campaign_free_twice")
      let whole = try await Campaign(program: program).run(in: folder)
      let zleakcheck = try Products.zleakcheck()
      var command = Command(program: "parallel")
      command.arguments = [
        "-j2", "--halt", "never",
        "\(zleakcheck) fuzz --time-limit 30 --shard {}/4 --state part{}.z --output out{} -- "
          + "\(program) </dev/null",
        ":::", "1", "2", "3", "4",
      ]
      _ = try await command.run(in: folder)
      let orders = [["1", "2", "3", "4"], ["3", "1", "4", "2"]]
      for (index, order) in orders.enumerated() {
        let files = order.map { "part\($0).z" }
        let outcome = try await self.zleakcheck(
          ["merge", "--into", "whole\(index).z"] + files, in: folder)
        #expect(outcome.status == 25, "\(outcome.errors)")
      }
      let united = orders.indices.map { folder.appendingPathComponent("whole\($0).z") }
      #expect(try Data(contentsOf: united[0]) == Data(contentsOf: united[1]))
      let found = try Campaign.read(Outcome(status: 0, output: "", errors: ""), folder, "whole0.z")
      #expect(found.verdicts == whole.verdicts)
      let text = try String(contentsOf: united[0], encoding: .utf8)
      for id in whole.identifiers { #expect(text.contains("\"finding\":\"\(id)\"")) }
    }
  }

  @Test("a campaign that was killed goes on where it was", arguments: ["KILL", "INT"])
  func goesOn(_ signal: String) async throws {
    try await inScratchFolder { folder in
      // Each failure waits: all of them together take far longer than the look at the file.
      let campaign = Campaign(
        program: try Products.scenario("malloc/campaign_late_sites"), arguments: ["0", "150"])
      let command = try campaign.command()
      var shell = Command(program: "sh")
      // Killed as soon as a few failures are known.
      shell.arguments = [
        "-c",
        """
        "$@" </dev/null 2>/dev/null & pid=$!
        count=0
        while [ "${count:-0}" -lt 3 ] && kill -0 $pid; do
          sleep 0.02; count=$(grep -c '^{"trial"' state.zcampaign 2>/dev/null)
        done
        kill -\(signal) $pid; wait $pid
        """, "sh", command.program,
      ]
      shell.arguments += command.arguments
      let first = try await shell.run(in: folder)
      #expect(first.status == (signal == "KILL" ? 137 : 130))
      let begun = try Campaign.read(first, folder, "state.zcampaign")
      let whole = try await campaign.run(in: folder)
      #expect(whole.outcome.status == 0)
      #expect((3..<whole.verdicts.count).contains(begun.verdicts.count))
      for (trial, verdict) in begun.verdicts { #expect(whole.verdicts[trial] == verdict) }
      let file = folder.appendingPathComponent("state.zcampaign")
      let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      #expect(lines.count { $0.hasPrefix("{\"trial\"") } == whole.verdicts.count)
    }
  }

  @Test("the program's folder is as before, and its standard input is read in each run")
  func undisturbed() async throws {
    for engine in CampaignTests.engines {
      try await inScratchFolder { folder in
        let flags = ["--fail-on", "none"]
        let table = "create table t(a); insert into t values (1); select a from t;"
        let sqlite = Campaign(
          program: "sqlite3", arguments: ["kept.db", table], engine: engine, flags: flags)
        let found = try await sqlite.run(in: folder)
        #expect(found.outcome.status == 0)
        #expect(found.verdicts.count > 500)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names == ["report.json", "state.zcampaign"])
      }
      try await inScratchFolder { folder in
        var jq = Campaign(
          program: "json_reformat", engine: engine, flags: ["--fail-on", "none"])
        jq.input = "{\"a\": [1, 2]}"
        let found = try await jq.run(in: folder)
        #expect(found.outcome.status == 0)
        // Without its input it would not come this far.
        #expect(found.verdicts.count >= 20)
      }
    }
  }

  @Test("git's repository is as before")
  func git() async throws {
    try await inScratchFolder { folder in
      var shell = Command(program: "sh")
      shell.arguments = [
        "-c",
        """
        mkdir r && cd r && git init -q && echo one >file && git add file &&
        find . -type f | sort | xargs sha256sum >../before && zleakcheck=$1 &&
        "$zleakcheck" fuzz --engine server --fail-on none --state ../s.z --output ../out -- \
          git -c user.name=a -c user.email=a@b commit -q -m first </dev/null 2>/dev/null &&
        find . -type f | sort | xargs sha256sum | cmp - ../before && git status --short
        """, "sh", try Products.zleakcheck(),
      ]
      let outcome = try await shell.run(in: folder)
      #expect(outcome == Outcome(status: 0, output: "A  file\n", errors: ""))
    }
  }
}
