// When a block broke: sweeps every N operations, on request, by a signal; and the search by
// `bisect`.
import Foundation
import Testing

@Suite("When it happened")
struct SweepTimeTests {
  static let line = "zmalloc: heap overflow: 3 bytes written past the end of 24-byte block 0x…"

  @Test("between two operations that follow each other", arguments: Entrance.allCases)
  func everyOperation(_ entrance: Entrance) async throws {
    let found = try await violation(
      Scenario("overflow_swept_between", [], options: "sweep=1"), at: entrance)
    let intact = try #require(found.intact)
    #expect(found.noticed.operation == intact.operation + 1)
    #expect(intact.functions.first == "last_before")
    #expect(found.noticed.functions.first == "first_after")
    #expect(found.noticedBefore)
    #expect(found.continues?.whose == "own" && found.continues?.by == "text")
  }

  @Test("of a freed block, too", arguments: Entrance.allCases)
  func freed(_ entrance: Entrance) async throws {
    let found = try await violation(
      Scenario("writeAfterFree_swept_between", [], options: "sweep=1"), at: entrance)
    #expect(found.kind == "writeAfterFree")
    #expect(found.intact?.functions.first == "last_before")
    #expect(found.noticed.functions.first == "first_after")
    #expect(found.noticedBefore)
  }

  @Test("every 100 operations: within 100", arguments: Entrance.allCases)
  func everyHundred(_ entrance: Entrance) async throws {
    let found = try await violation(
      Scenario("overflow_swept_between", [], options: "sweep=100"), at: entrance)
    let intact = try #require(found.intact)
    #expect(found.noticed.operation - intact.operation == 100)
  }

  @Test("without sweeps it was whole at its allocation", arguments: Entrance.allCases)
  func noSweeps(_ entrance: Entrance) async throws {
    let found = try await violation(Scenario("overflow_swept_between"), at: entrance)
    #expect(found.intact?.operation == found.allocated?.operation)
    #expect(!found.noticedBefore)
    #expect(found.noticed.functions.first == "main")
  }

  @Test(
    "what the bytes continue",
    arguments: [
      ("1", "own", "terminator"), ("2", "own", "byte"), ("3", "own", "pattern"),
      ("4", "below", "byte"),
    ])
  func continues(_ how: String, _ whose: String, _ by: String) async throws {
    let found = try await violation(Scenario("overflow_swept_between", [how]), at: .preload)
    #expect(found.continues?.whose == whose && found.continues?.by == by)
  }

  @Test(
    "asked for by the function and by the signal", arguments: Entrance.allCases, ["0", "1"])
  func asked(_ entrance: Entrance, _ how: String) async throws {
    try await inScratchFolder { folder in
      let scenario = Scenario("overflow_swept_asked", [how], options: "sweep-signal=USR2")
      let outcome = try await scenario.run(at: entrance, in: folder)
      #expect(firstLine(of: outcome.errors) == Self.line)
      #expect(outcome.output == "" && outcome.status == (entrance == .preload ? 24 : 134))
      let report = try await Report(of: recordings(in: folder), in: folder)
      let found = try #require(report.violations.first)
      #expect(found.noticed.functions.contains("ask") && !found.noticedBefore)
      #expect(found.intact?.functions.contains("ask") == true)
      let good = try await Scenario(
        "overflow_swept_asked-good", [how], options: "sweep-signal=USR2"
      )
      .run(at: entrance, in: folder)
      #expect(good == Outcome(status: 0, output: "not seen\n", errors: ""))
    }
  }

  @Test(
    "correct programs are swept in silence",
    arguments: [
      "overflow_swept_between-good", "writeAfterFree_swept_between-good", "threads_pass_blocks",
    ], Entrance.allCases)
  func silence(_ program: String, _ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let scenario = Scenario(program, [], options: "sweep=2000")
      let plain = try await scenario.runPlain(at: entrance, in: folder)
      let outcome = try await scenario.run(at: entrance, in: folder)
      #expect(outcome == plain)
    }
  }

  @Test(
    "with guard pages and threads", arguments: ["sweep=5", "sweep=5,guard=1/3"], Entrance.allCases)
  func threads(_ options: String, _ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let outcome = try await Scenario("guarded_life", [], options: options)
        .run(at: entrance, in: folder)
      let output = "3 faults of its own, child 0\n"
      #expect(outcome == Outcome(status: 0, output: output, errors: ""))
    }
  }

  @Test(
    "while other threads move, unmap and free large blocks, only what is broken is reported",
    arguments: ["sweep=50,sweep-signal=USR2", "sweep-signal=USR2,guard=all,guard-size=1MiB-"],
    Entrance.allCases)
  func moving(_ options: String, _ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let options = options + ",on-violation=continue"
      let scenario = Scenario("swept_while_moving", [], options: options)
      let outcome = try await scenario.run(at: entrance, in: folder)
      #expect(outcome.output == "done\n" && outcome.status == 24)
      let line = "zmalloc: heap overflow: 1 byte written past the end of 100000-byte block 0x…"
      #expect(firstLine(of: outcome.errors) == line)
      let report = try await Report(of: recordings(in: folder), in: folder)
      #expect(report.violations.map(\.count) == [1])
      let good = try await scenario.goodTwin.run(at: entrance, in: folder)
      #expect(good == Outcome(status: 0, output: "done\n", errors: ""))
    }
  }

  @Test(
    "bisect closes in to the one operation",
    arguments: ["overflow_swept_between", "writeAfterFree_swept_between"])
  func bisect(_ program: String) async throws {
    let outcome = try await bisect([program])
    #expect(outcome.status == 24)
    let text = outcome.output
    #expect(text.contains("it broke after operation"))
    let whole = try #require(text.range(of: "last seen whole here"))
    let noticed = try #require(text.range(of: "noticed here"))
    #expect(text[whole.upperBound..<noticed.lowerBound].contains("last_before"))
    #expect(text[noticed.upperBound...].contains("first_after"))
    // The first damaged byte: in the freed block, or just past the end.
    let watch = try #require(text.firstMatch(of: /debug .* -ex 'watch \*\(char \*\)0x([0-9a-f]+)'/))
    let block = try #require(text.firstMatch(of: /-byte block 0x([0-9a-f]+)/))
    let address = try #require(UInt(watch.1, radix: 16))
    let start = try #require(UInt(block.1, radix: 16))
    #expect(address >= start && address <= start + 64)
    try await reproduces(text)
  }

  /// The command that is printed shows the same again: the block whole at one operation, broken at
  /// the next.
  private func reproduces(_ text: String) async throws {
    let line = try #require(text.split(separator: "\n").first { $0.contains("zleakcheck run ") })
    let start = try #require(line.range(of: "zleakcheck run "))
    try await inScratchFolder { folder in
      let bin = Products.dist.appendingPathComponent("bin").path
      let words = "PATH=\(bin):$PATH; \(line[start.lowerBound...])"
      let again = Command(program: "/bin/sh", arguments: ["-c", words])
      #expect(try await again.run(in: folder).status == 24)
      let report = try await Report(of: recordings(in: folder), in: folder)
      let found = try #require(report.violations.first)
      let intact = try #require(found.intact)
      #expect(found.noticed.operation == intact.operation + 1)
    }
  }

  @Test("bisect says when there is nothing, and when each run is another")
  func bisectInVain() async throws {
    let good = try await bisect(["overflow_swept_between-good"])
    #expect(good.status == 0)
    #expect(good.output == "zleakcheck bisect: the program ran without a violation\n")
    let random = try await bisect(["overflow_swept_random"])
    #expect(random.status == 24)
    #expect(random.output.contains("the program is not deterministic"))
    let exact = try await bisect(["doubleFree_any_atOnce", "64"])
    #expect(exact.status == 24)
    #expect(exact.output.contains("the mistake is the call that is shown (1 run)"))
  }

  @Test(
    "refused values", arguments: ["sweep=0", "sweep=5@9-3", "sweep-signal=SEGV", "sweep-signal=9"])
  func refused(_ options: String) async throws {
    try await inScratchFolder { folder in
      let scenario = Scenario("overflow_swept_between-good", [], options: options)
      let outcome = try await scenario.run(at: .linked, in: folder)
      #expect(outcome.status == 64)
    }
  }

  private func bisect(_ words: [String]) async throws -> Outcome {
    try await inScratchFolder { folder in
      var command = Command(program: try Products.zleakcheck())
      let program = try Products.scenario("malloc/" + words[0])
      command.arguments = ["bisect", "--", program] + words.dropFirst()
      command.timeLimit = .seconds(240)
      return try await command.run(in: folder)
    }
  }

  /// The one heap mistake of a scenario.
  private func violation(
    _ scenario: Scenario, at entrance: Entrance
  ) async throws -> Report.Violation {
    try await inScratchFolder { folder in
      let outcome = try await scenario.run(at: entrance, in: folder)
      #expect(outcome.status == (entrance == .preload ? 24 : 134))
      let report = try await Report(of: recordings(in: folder), in: folder)
      #expect(report.violations.count == 1)
      return try #require(report.violations.first)
    }
  }
}
