// Where the program goes on after a heap mistake, one run shows many of them.
import Foundation
import Testing

@Suite("Going on after heap mistakes")
struct GoingOnTests {
  private static let options = "on-violation=continue"

  private static let lines = [
    "heap overflow: 3 bytes written past the end of 21-byte block 0x…",
    "heap underflow: 2 bytes written before the start of 22-byte block 0x…",
    "double free of 23-byte block 0x…",
    "free of pointer 0x…, 8 bytes inside 64-byte block 0x…",
    "free of pointer 0x… that the allocator never gave out",
    "free of pointer 0x… that the allocator never gave out",
    "realloc of freed 24-byte block 0x…",
    "heap overflow: 1 byte written past the end of 25-byte block 0x…",
    "heap overflow: 4 bytes written past the end of 27-byte block 0x…",
    "write after free: 2 bytes written 4 bytes into freed 26-byte block 0x…",
  ]

  @Test(
    "ten mistakes are ten findings, and the program's work is right", arguments: Entrance.allCases)
  func tenMistakes(_ entrance: Entrance) async throws {
    let scenario = Scenario("goesOn_ten_mistakes", options: Self.options)
    let good = try await inScratchFolder { folder in
      try await scenario.goodTwin.run(at: entrance, in: folder)
    }
    #expect(good.status == 0 && good.errors == "" && good.output.hasPrefix("1: "))
    try await inScratchFolder { folder in
      let outcome = try await scenario.run(at: entrance, in: folder)
      #expect(outcome.status == 24)
      #expect(outcome.output == good.output)
      #expect(told(outcome) == Self.lines.map { "zmalloc: " + $0 })
      let found = try await Report(of: recordings(in: folder), in: folder).violations
      #expect(found.map { firstLine(of: $0.message) } == Self.lines)
      #expect(found.allSatisfy { $0.count == 1 })
    }
  }

  @Test("without the option the first mistake is the last", arguments: Entrance.allCases)
  func aborts(_ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let outcome = try await Scenario("goesOn_ten_mistakes").run(at: entrance, in: folder)
      #expect(outcome.status == (entrance == .preload ? 24 : 134))
      #expect(outcome.output == "")
      #expect(told(outcome) == ["zmalloc: " + Self.lines[0]])
    }
  }

  @Test(
    "mismatch=off: families may be mixed, and a wrong pointer is still told",
    arguments: ["on", "off"], ["", ",guard=all"])
  func mixedFamilies(_ word: String, _ guards: String) async throws {
    let pairs = [
      ("new", "free"), ("malloc", "delete"), ("new[]", "realloc"), ("new", "delete-aligned"),
      ("new-aligned", "delete"),
    ]
    for (given, taken) in pairs {
      try await inScratchFolder { folder in
        let outcome = try await Scenario(
          "cpp_mistake", [given + "/" + taken, "24"], options: "mismatch=" + word + guards
        ).run(at: .preload, in: folder)
        #expect(outcome.status == (word == "on" ? 24 : 0), "\(given) \(taken): \(outcome.errors)")
      }
    }
    try await inScratchFolder { folder in
      let outcome = try await Scenario(
        "cpp_mistake", ["twice-now", "24"], options: "mismatch=" + word + guards
      ).run(at: .preload, in: folder)
      #expect(outcome.status == 24)
    }
  }

  @Test("the same mistake a thousand times is one line, and counted", arguments: Entrance.allCases)
  func sameAgain(_ entrance: Entrance) async throws {
    let scenario = Scenario("goesOn_same_again", 1000, options: Self.options)
    try await inScratchFolder { folder in
      let outcome = try await scenario.run(at: entrance, in: folder)
      #expect(outcome.status == 24)
      #expect(outcome.output == "done\n")
      let line = "zmalloc: double free of 64-byte block 0x…"
      // `run` shows its own report instead of the last line.
      let last = "zmalloc: 1000 heap violations, 1 of them different; zleakcheck report "
      #expect(told(outcome).first == line)
      #expect(told(outcome).dropFirst().allSatisfy { $0.hasPrefix(last) })
      #expect(told(outcome).count == (entrance == .linked ? 2 : 1))
      let found = try await Report(of: recordings(in: folder), in: folder).violations
      #expect(found.map(\.count) == [1000])
    }
    try await inScratchFolder { folder in
      let outcome = try await scenario.goodTwin.run(at: entrance, in: folder)
      #expect(outcome == Outcome(status: 0, output: "done\n", errors: ""))
    }
  }

  @Test("more different mistakes than the table holds, and the report says so")
  func limit() async throws {
    try await inScratchFolder { folder in
      // 256 stacks that differ, all of the same kind.
      let scenario = Scenario("goesOn_same_again", 3, 8, options: Self.options)
      let outcome = try await scenario.run(at: .preload, in: folder)
      #expect(outcome.status == 24)
      let report = try String(
        contentsOf: folder.appendingPathComponent("report.txt"), encoding: .utf8)
      let note = "130 of 259 violations are told of: the table's limit of 128 different violations"
      #expect(
        report.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(note),
        "\(report.suffix(2000))")
    }
  }

  /// The lines of the layer on standard error.
  private func told(_ outcome: Outcome) -> [String] {
    outcome.errors.split(separator: "\n").map { firstLine(of: String($0)) }
      .filter { $0.hasPrefix("zmalloc: ") }
  }
}
