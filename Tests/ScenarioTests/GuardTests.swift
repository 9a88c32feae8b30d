// Guard pages: the first touch out of bounds, or of a freed block, is the report.
import Foundation
import Testing

@Suite("Guard pages")
struct GuardTests {
  static let pastEnds: [Violation] = [
    pastEnd(32, 0, "read just"), pastEnd(32, 0, "write just"),
    pastEnd(16, 100, "read at 100 bytes"),
    pastEnd(0, 0, "read just"), pastEnd(0, 8, "write at 8 bytes"),
    pastEnd(4096, 4095, "read at 4095 bytes"),
    pastEnd(1 << 20, 0, "write just"),
    // Behind the gap that the alignment leaves.
    pastEnd(24, 8, "read at 8 bytes"), pastEnd(1, 15, "write at 15 bytes"),
  ]

  static let beforeStarts: [Violation] = [
    beforeStart(32, 1, "read at 1 byte"), beforeStart(24, 1, "write at 1 byte"),
    beforeStart(0, 3, "write at 3 bytes"), beforeStart(4096, 4096, "read at 4096 bytes"),
    beforeStart(1 << 20, 8, "write at 8 bytes"),
  ]

  static let touchesOfFreed: [Violation] = [
    afterFree(32, 0, "read at the start of", []), afterFree(24, 7, "write at 7 bytes into", [1]),
    afterFree(0, 0, "read at the start of", []),
    afterFree(70_000, 60_000, "read at 60000 bytes into", []),
    afterFree(1 << 20, 1, "write at 1 byte into", [1]),
    // Others were freed after it.
    afterFree(100, 99, "read at 99 bytes into", [0, 2000]),
  ]

  private static func pastEnd(_ size: Int, _ distance: Int, _ what: String) -> Violation {
    let scenario = Scenario(
      "overflow_guarded_touched", size, distance, what.hasPrefix("write") ? 1 : 0,
      options: "guard=all")
    let line = "zmalloc: heap overflow: \(what) past the end of \(size)-byte block 0x…"
    return Violation(scenario: scenario, line: line)
  }

  private static func beforeStart(_ size: Int, _ distance: Int, _ what: String) -> Violation {
    let scenario = Scenario(
      "underflow_guarded_touched", size, distance, what.hasPrefix("write") ? 1 : 0,
      options: "guard=all,guard-at=start")
    let line = "zmalloc: heap underflow: \(what) before the start of \(size)-byte block 0x…"
    return Violation(scenario: scenario, line: line)
  }

  private static func afterFree(
    _ size: Int, _ offset: Int, _ what: String, _ more: [Int]
  ) -> Violation {
    let numbers = ([size, offset] + more).map(String.init)
    let scenario = Scenario("useAfterFree_guarded_touched", numbers, options: "guard=all")
    let line = "zmalloc: use after free: \(what) freed \(size)-byte block 0x…"
    return Violation(scenario: scenario, line: line)
  }

  @Test("past the end", arguments: pastEnds, Entrance.allCases)
  func past(_ violation: Violation, _ entrance: Entrance) async throws {
    try await expect(violation, at: entrance)
  }

  @Test("before the start", arguments: beforeStarts, Entrance.allCases)
  func before(_ violation: Violation, _ entrance: Entrance) async throws {
    try await expect(violation, at: entrance)
  }

  @Test("after the free", arguments: touchesOfFreed, Entrance.allCases)
  func freed(_ violation: Violation, _ entrance: Entrance) async throws {
    try await expect(violation, at: entrance)
  }

  @Test(
    "wherever the program stands: in a handler, on a stack of its own, in a thread, in a child",
    arguments: 0...6, Entrance.allCases)
  func placed(_ place: Int, _ entrance: Entrance) async throws {
    let scenario = Scenario("overflow_guarded_placed", place, options: "guard=all")
    let line = "zmalloc: heap overflow: read just past the end of 32-byte block 0x…"
    try await inScratchFolder { folder in
      let outcome = try await scenario.run(at: entrance, in: folder)
      #expect(firstLine(of: outcome.errors) == line)
      #expect(outcome.status == (entrance == .preload ? 24 : 134))
      // The program's own handler hears nothing of it.
      #expect(outcome.output == "")
    }
    try await expectSilence(scenario.goodTwin, at: entrance)
  }

  @Test("the gap before the page is a canary", arguments: Entrance.allCases)
  func gap(_ entrance: Entrance) async throws {
    let scenario = Scenario("overflow_any_freed", 24, 3, options: "guard=all")
    let line = "zmalloc: heap overflow: 3 bytes written past the end of 24-byte block 0x…"
    try await expect(Violation(scenario: scenario, line: line), at: entrance)
  }

  @Test("how far a write went is not looked up in closed pages", arguments: Entrance.allCases)
  func beside(_ entrance: Entrance) async throws {
    let options = "guard=all,guard-at=start"
    let scenario = Scenario("overflow_guarded_beside", [], options: options)
    let line = "zmalloc: heap overflow: 8 bytes written past the end of 4080-byte block 0x…"
    try await expect(Violation(scenario: scenario, line: line), at: entrance)
  }

  @Test(
    "mistakes of free stay what they are",
    arguments: [
      ("doubleFree_any_atOnce", "zmalloc: double free of 64-byte block 0x…"),
      ("reallocFreed_any_atOnce", "zmalloc: realloc of freed 64-byte block 0x…"),
    ], ["guard=all", "guard=all,guard-at=start"])
  func frees(_ mistake: (program: String, line: String), _ options: String) async throws {
    let scenario = Scenario(mistake.program, 64, options: options)
    try await expect(Violation(scenario: scenario, line: mistake.line), at: .preload)
  }

  @Test("the three stacks of a touch after the free", arguments: Entrance.allCases)
  func stacks(_ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let scenario = Scenario("useAfterFree_guarded_touched", 32, 8, options: "guard=all")
      _ = try await scenario.run(at: entrance, in: folder)
      let report = try await Report(of: recordings(in: folder), in: folder)
      let found = try #require(report.violations.first)
      #expect(report.violations.count == 1 && report.crash == nil)
      #expect(found.access == "read")
      for moment in [found.allocated, found.freed, found.noticed] {
        #expect(moment?.functions.first == "main")
      }
    }
  }

  @Test(
    "a correct program goes its way",
    arguments: [
      "guard=all", "guard=all,guard-at=start", "guard=1/3", "guard=1/3,guard-size=100-1000",
      "guard=all,canary=off",
    ], Entrance.allCases)
  func correct(_ options: String, _ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let outcome = try await Scenario("guarded_life", [], options: options)
        .run(at: entrance, in: folder)
      let output = "3 faults of its own, child 0\n"
      #expect(outcome == Outcome(status: 0, output: output, errors: ""))
    }
  }

  @Test("one of N by the seed: the same blocks in each run, others by another seed")
  func sampled() async throws {
    func caught(_ seed: Int) async throws -> [Bool] {
      var caught: [Bool] = []
      for blocks in 0..<12 {
        try await inScratchFolder { folder in
          let scenario = Scenario(
            "overflow_guarded_sampled", [String(blocks)], options: "guard=1/3,seed=\(seed)")
          let outcome = try await scenario.run(at: .linked, in: folder)
          #expect([0, 134].contains(outcome.status))
          caught.append(outcome.status == 134)
        }
      }
      return caught
    }
    let first = try await caught(1)
    let again = try await caught(1)
    let other = try await caught(2)
    #expect(first == again)
    #expect(first.contains(true) && first.contains(false))
    #expect(first != other)
  }

  @Test("only sizes of the window", arguments: [("40-", 0), ("-31", 0), ("32-32", 134)])
  func sizes(_ window: String, _ status: Int32) async throws {
    try await inScratchFolder { folder in
      let scenario = Scenario(
        "overflow_guarded_touched", 32, 100, options: "guard=all,guard-size=\(window)")
      let outcome = try await scenario.run(at: .linked, in: folder)
      #expect(outcome.status == status)
    }
  }

  @Test("going on, each touched page is told of once", arguments: Entrance.allCases)
  func goesOn(_ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let options = "guard=all,on-violation=continue,announce=off"
      let outcome = try await Scenario("overflow_guarded_goesOn", [], options: options)
        .run(at: entrance, in: folder)
      let lines = outcome.errors.split(separator: "\n").map { firstLine(of: String($0)) }
      #expect(
        lines == [
          "zmalloc: heap overflow: write just past the end of 32-byte block 0x…",
          "zmalloc: use after free: read at the start of freed 64-byte block 0x…",
          "zmalloc: heap overflow: read just past the end of 48-byte block 0x…",
        ])
      #expect(outcome.status == 24)
      #expect(outcome.output == "went on\n")
    }
    try await expectSilence(
      Scenario("overflow_guarded_goesOn-good", [], options: "guard=all"), at: entrance)
  }

  @Test("at half of vm.max_map_count it stops, the program does not, and the report says so")
  func limit() async throws {
    // A block in use is two areas of memory; the layer keeps to a million.
    let limit = try String(contentsOfFile: "/proc/sys/vm/max_map_count", encoding: .utf8)
    let allowed = try #require(Int(limit.trimmingCharacters(in: .whitespacesAndNewlines)))
    let count = min(allowed / 2, 1 << 20) / 2 + 20_000
    try await inScratchFolder { folder in
      let outcome = try await Scenario(
        "guarded_many", count, options: "guard=all,record=many.zleak"
      ).run(at: .linked, in: folder)
      #expect(outcome.status == 0 && outcome.errors == "")
      var command = Command(program: try Products.zleakcheck())
      command.arguments = ["report", "many.zleak"]
      let text = try await command.run(in: folder).output.replacing(#/\s+/#, with: " ")
      #expect(text.contains("blocks got no guard page: guarded ones may be"))
      #expect(text.contains("half of vm.max_map_count"))
      #expect(text.contains("1 block got no guard page: too large for one"))
      #expect(!text.contains("no address space left"))
    }
  }

  @Test("a lost guarded block is a leak, and one that another holds is held")
  func leaks() async throws {
    try await inScratchFolder { folder in
      let scenario = Scenario("leak_tree_seven", [], options: "guard=all")
      let outcome = try await scenario.run(at: .preload, in: folder)
      #expect(outcome.status == 23)
      let report = try await Report(of: recordings(in: folder), in: folder)
      #expect(report.lostBlockCount == 7 && report.leaks.count == 1)
    }
    let good = Scenario("leak_tree_seven-good", [], options: "guard=all")
    try await expectSilence(good, at: .preload)
  }

  @Test("refused values", arguments: ["guard=2/3", "guard-at=middle", "guard-size=9-1"])
  func refused(_ options: String) async throws {
    try await inScratchFolder { folder in
      let scenario = Scenario("overflow_guarded_touched-good", [], options: options)
      let outcome = try await scenario.run(at: .linked, in: folder)
      #expect(outcome.status == 64)
    }
  }

  private func expect(_ violation: Violation, at entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let outcome = try await violation.scenario.run(at: entrance, in: folder)
      #expect(firstLine(of: outcome.errors) == violation.line)
      #expect(outcome.status == (entrance == .preload ? 24 : 134))
    }
    try await expectSilence(violation.scenario.goodTwin, at: entrance)
  }
}
