// Rules end to end: a program leaks, a rule takes it out, and the status follows.
import Foundation
import Testing

@Suite("Rules for leaks that are none")
struct SuppressionTests {
  /// What a run of `lsan_rules_tree` under these rules leaves: blocks and bytes.
  private func left(by rules: String, in folder: URL) async throws -> (Int, Int, Outcome) {
    try rules.write(
      to: folder.appendingPathComponent("rules.txt"), atomically: true, encoding: .utf8)
    let outcome = try await Scenario("lsan_rules_tree")
      .run(at: .preload, flags: ["--suppressions", "rules.txt"], in: folder)
    let files = try recordings(in: folder)
    if files.isEmpty { return (0, 0, outcome) }
    let command = Command(
      program: try Products.zleakcheck(),
      arguments: ["report", "--format", "json", "--suppressions", "rules.txt"] + files)
    let totals = try JSONDecoder().decode(
      Totals.self, from: Data(try await command.run(in: folder).output.utf8))
    let sums = totals.recordings.map(\.totals)
    return (
      sums.reduce(0) { $0 + $1.leakedBlocks }, sums.reduce(0) { $0 + $1.leakedBytes }, outcome
    )
  }

  private struct Totals: Decodable {
    struct Recording: Decodable { var totals: Report.Totals }
    var recordings: [Recording]
  }

  @Test(
    "a rule takes out what matches, and what only that holds",
    arguments: [
      ("leak:make_last", 3, 224), ("leak:^make_middle$", 2, 192), ("leak:make_first", 1, 128),
      ("leak:make_alone", 3, 112), ("leak:lsan_rules_tree.c", 0, 0),
      ("leak:/lsan_rules_tree$", 0, 0), ("leak:make_f*\nleak:^make_alone$", 0, 0),
      ("leak:^make$", 0, 0), ("leak:^mak$", 4, 240), ("leak:make_alone until=2020-01-01", 4, 240),
      ("leak:make_alone site=0123456789abcdef", 4, 240),
    ])
  func rule(_ rules: String, _ blocks: Int, _ bytes: Int) async throws {
    try await inScratchFolder { folder in
      let found = try await left(by: rules, in: folder)
      #expect(found.0 == blocks)
      #expect(found.1 == bytes)
      #expect(found.2.status == (blocks == 0 ? 0 : 23))
    }
  }

  @Test("what a rule did is told, and which did nothing")
  func told() async throws {
    try await inScratchFolder { folder in
      _ = try await left(
        by: "leak:make_first # a tree\nleak:no_such\nleak:make_alone until=2020-01-01\n",
        in: folder)
      let text = try String(
        contentsOf: folder.appendingPathComponent("report.txt"), encoding: .utf8)
      #expect(
        text.contains(
          "  suppressed    3 blocks, 112 bytes: leak:make_first (rules.txt:1), a tree\n"))
      #expect(
        text.contains("zleakcheck: 1 rule matched nothing: leak:no_such (rules.txt:2)\n"))
      #expect(
        text.contains(
          "zleakcheck: 1 rule ended and counts no more: leak:make_alone (rules.txt:3) on "
            + "2020-01-01\n"))
    }
    try await inScratchFolder { folder in
      _ = try await left(by: "leak:make", in: folder)
      let text = try String(
        contentsOf: folder.appendingPathComponent("report.txt"), encoding: .utf8)
      #expect(
        text.hasPrefix(
          "zleakcheck: lsan_rules_tree: suppressed 4 blocks, 240 bytes: leak:make (rules.txt:1)\n"
        ))
    }
  }

  @Test("the rules that suppress writes leave nothing, in the next run too")
  func written() async throws {
    try await inScratchFolder { folder in
      let first = try await Scenario("lsan_rules_tree").run(at: .preload, in: folder)
      #expect(first.status == 23)
      var command = Command(program: try Products.zleakcheck())
      command.arguments =
        ["suppress", "--output", "new.txt"] + (try recordings(in: folder))
      #expect(try await command.run(in: folder) == Outcome(status: 0, output: "", errors: ""))
      let rules = try String(contentsOf: folder.appendingPathComponent("new.txt"), encoding: .utf8)
      #expect(rules.split(separator: "\n").count == 2)
      #expect(rules.contains("leak:^make$ site="))
      #expect(rules.contains(" # say why: 3 blocks, 112 bytes\n"))
      for file in try recordings(in: folder) {
        try FileManager.default.removeItem(at: folder.appendingPathComponent(file))
      }
      let again = try await left(by: rules, in: folder)
      #expect(again.2.status == 0)
      #expect(again.0 == 0)
      // One of them alone leaves the other leak, though `make` allocated both.
      var left: [Int] = []
      for rule in rules.split(separator: "\n") {
        let found = try await self.left(by: String(rule), in: folder)
        #expect(found.2.status == 23)
        left.append(found.0)
        for file in try recordings(in: folder) {
          try FileManager.default.removeItem(at: folder.appendingPathComponent(file))
        }
      }
      #expect(left.sorted() == [1, 3])
    }
  }

  @Test("LSAN_OPTIONS names rules, and the program may bring some")
  func ways() async throws {
    try await inScratchFolder { folder in
      try "leak:make_\n".write(
        to: folder.appendingPathComponent("r.txt"), atomically: true, encoding: .utf8)
      var scenario = Scenario("lsan_rules_tree")
      scenario.environment = ["LSAN_OPTIONS": "suppressions=r.txt"]
      #expect(try await scenario.run(at: .preload, in: folder).status == 0)
    }
    try await inScratchFolder { folder in
      let outcome = try await Scenario("lsan_own_rules").run(at: .preload, in: folder)
      #expect(outcome.status == 23)
      let report = try await Report(of: recordings(in: folder), in: folder)
      #expect(report.lostBlockCount == 1)
      #expect(report.lostByteCount == 40)
    }
    try await inScratchFolder { folder in
      let outcome = try await Scenario("lsan_own_rules-good").run(at: .preload, in: folder)
      #expect(outcome == Outcome(status: 0, output: "", errors: ""))
      #expect(try recordings(in: folder).isEmpty)
    }
  }

  @Test("a mistake in the rules ends the run before the program starts")
  func mistake() async throws {
    try await inScratchFolder { folder in
      let found = try await left(by: "race:x\n", in: folder)
      #expect(found.2.status == 70)
      let text = try String(
        contentsOf: folder.appendingPathComponent("report.txt"), encoding: .utf8)
      #expect(
        text.hasPrefix(
          "zleakcheck: rules.txt:1: a rule begins with leak:, as in leak:name\n"))
      #expect(try recordings(in: folder).isEmpty)
    }
  }
}
