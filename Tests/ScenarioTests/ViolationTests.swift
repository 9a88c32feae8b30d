// Death tests: each heap mistake stops the program with its exact first line, and its good twin is
// silent.
import Foundation
import Testing

@Suite("Heap mistakes")
struct ViolationTests {
  @Test("overflow", arguments: Violation.overflows, Entrance.allCases)
  func overflow(_ violation: Violation, _ entrance: Entrance) async throws {
    try await expect(violation, at: entrance)
  }

  @Test("underflow", arguments: Violation.underflows, Entrance.allCases)
  func underflow(_ violation: Violation, _ entrance: Entrance) async throws {
    try await expect(violation, at: entrance)
  }

  @Test("doubleFree", arguments: Violation.doubleFrees, Entrance.allCases)
  func doubleFree(_ violation: Violation, _ entrance: Entrance) async throws {
    try await expect(violation, at: entrance)
  }

  @Test("invalidFree", arguments: Violation.invalidFrees, Entrance.allCases)
  func invalidFree(_ violation: Violation, _ entrance: Entrance) async throws {
    try await expect(violation, at: entrance)
  }

  @Test("writeAfterFree", arguments: Violation.writesAfterFree, Entrance.allCases)
  func writeAfterFree(_ violation: Violation, _ entrance: Entrance) async throws {
    try await expect(violation, at: entrance)
  }

  @Test("reallocFreed", arguments: Violation.reallocsOfFreed, Entrance.allCases)
  func reallocFreed(_ violation: Violation, _ entrance: Entrance) async throws {
    try await expect(violation, at: entrance)
  }

  @Test("overflow_aligned_freed", arguments: [8, 16, 32, 64, 4096, 2 << 20])
  func overflowAligned(_ alignment: Int) async throws {
    let line = "zmalloc: heap overflow: 1 byte written past the end of 100-byte block 0x…"
    let scenario = Scenario("overflow_aligned_freed", alignment)
    try await expect(Violation(scenario: scenario, line: line), at: .preload)
  }

  @Test("underflow_aligned_freed", arguments: [8, 16, 32, 64, 4096, 2 << 20])
  func underflowAligned(_ alignment: Int) async throws {
    let line = "zmalloc: heap underflow: 1 byte written before the start of 100-byte block 0x…"
    let scenario = Scenario("underflow_aligned_freed", alignment)
    try await expect(Violation(scenario: scenario, line: line), at: .preload)
  }

  @Test("doubleFree_aligned_atOnce", arguments: [8, 32, 4096, 2 << 20])
  func doubleFreeAligned(_ alignment: Int) async throws {
    let line = "zmalloc: double free of 100-byte block 0x…"
    let scenario = Scenario("doubleFree_aligned_atOnce", alignment)
    try await expect(Violation(scenario: scenario, line: line), at: .preload)
  }

  @Test("overflow_zaligned_freed", arguments: [16, 64, 4096, 2 << 20], 0..<5)
  func overflowAlignedLinked(_ alignment: Int, _ function: Int) async throws {
    let line = "zmalloc: heap overflow: 1 byte written past the end of 100-byte block 0x…"
    // The last function gives cache lines alone.
    let scenario = Scenario("overflow_zaligned_freed", function == 4 ? 64 : alignment, function)
    try await expect(Violation(scenario: scenario, line: line), at: .linked)
  }

  @Test("doubleFree_zaligned_atOnce", arguments: [16, 64, 4096, 2 << 20])
  func doubleFreeAlignedLinked(_ alignment: Int) async throws {
    let line = "zmalloc: double free of 100-byte block 0x…"
    let scenario = Scenario("doubleFree_zaligned_atOnce", alignment)
    try await expect(Violation(scenario: scenario, line: line), at: .linked)
  }

  @Test("overflow_text_copied")
  func overflowText() async throws {
    let line = "zmalloc: heap overflow: 4 bytes written past the end of 8-byte block 0x…"
    try await expect(
      Violation(scenario: Scenario("overflow_text_copied"), line: line), at: .preload)
  }

  @Test("overflowPointer: a Swift program")
  func overflowInSwift() async throws {
    let line = "zmalloc: heap overflow: 3 bytes written past the end of 24-byte block 0x…"
    try await expect(Violation(scenario: Scenario("overflowPointer"), line: line), at: .preload)
  }

  @Test("sizeMismatch_small_freed")
  func sizeMismatch() async throws {
    let line = "zmalloc: free of 64-byte block 0x… with wrong size 32"
    try await expect(
      Violation(scenario: Scenario("sizeMismatch_small_freed"), line: line), at: .linked)
  }

  @Test("reallocForeign_none_stack", arguments: Entrance.allCases)
  func reallocForeign(_ entrance: Entrance) async throws {
    try await expect(.foreign("reallocForeign_none_stack", call: "realloc"), at: entrance)
  }

  @Test("useAfterFree_huge_access", arguments: Entrance.allCases)
  func useAfterFree(_ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let scenario = Scenario("useAfterFree_huge_access")
      let outcome = try await scenario.run(at: entrance, in: folder)
      #expect(firstLine(of: outcome.errors).hasPrefix("zmalloc: use after free: "))
      #expect(entrance == .preload ? outcome.status == 24 : [134, 139].contains(outcome.status))
    }
    try await expectSilence(Scenario("useAfterFree_huge_access-good"), at: entrance)
  }

  @Test("overflow_small_child", arguments: Entrance.allCases)
  func overflowInChild(_ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let outcome = try await Scenario("overflow_small_child").run(at: entrance, in: folder)
      let line = "zmalloc: heap overflow: 1 byte written past the end of 24-byte block 0x…"
      #expect(firstLine(of: outcome.errors) == line)
      #expect(outcome.status == (entrance == .preload ? 24 : 0))
    }
    try await expectSilence(Scenario("overflow_small_child-good"), at: entrance)
  }

  @Test(
    "overflow_small_terminators: the byte after a block is never zero",
    arguments: Entrance.allCases)
  func terminators(_ entrance: Entrance) async throws {
    func run(_ program: String, in folder: URL) async throws -> Outcome {
      guard entrance == .preload else {
        return try await Scenario(program).run(at: entrance, in: folder)
      }
      // Without zleakcheck, which would report on 300 children.
      var command = Command(program: try Products.scenario("malloc/\(program)"))
      let library = try Products.library("libzmalloc-preload.so")
      command.environment = ["LD_PRELOAD": library, "ZMALLOC_DEBUG": "on"]
      return try await command.run(in: folder)
    }
    try await inScratchFolder { folder in
      let outcome = try await run("overflow_small_terminators", in: folder)
      #expect(outcome == Outcome(status: 0, output: "300 of 300 stopped\n", errors: ""))
      let good = try await run("overflow_small_terminators-good", in: folder)
      #expect(good == Outcome(status: 0, output: "0 of 300 stopped\n", errors: ""))
    }
  }

  @Test("every scenario that is named for a mistake has a twin without it")
  func twins() throws {
    let mistakes = [
      "overflow", "underflow", "doubleFree", "invalidFree", "reallocFreed", "reallocForeign",
      "writeAfterFree", "useAfterFree", "sizeMismatch", "leak", "crash",
    ]
    let folder = Products.package.appendingPathComponent("Tests/Scenarios")
    let sources = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .map(folder.appendingPathComponent)
      .filter { source in mistakes.contains { source.lastPathComponent.hasPrefix($0) } }
    #expect(sources.count > 40)
    for source in sources {
      let text = try String(contentsOf: source, encoding: .utf8)
      #expect(text.contains(#/\b(BAD|GOOD)\b/#), "\(source.lastPathComponent)")
    }
  }

  private func expect(_ violation: Violation, at entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let outcome = try await violation.scenario.run(at: entrance, in: folder)
      let line = firstLine(of: outcome.errors)
      #expect(violation.matches(line), "expected: \(violation.line)\nfound: \(line)")
      // What the check at the end finds stops nobody: the process was ending.
      let linkedStatus = violation.scenario.program.hasSuffix("_atEnd") ? 24 : 134
      #expect(outcome.status == (entrance == .preload ? 24 : linkedStatus))
      #expect(outcome.output == "")
      let told = try await Report(of: recordings(in: folder), in: folder).violations
      #expect(told.count == 1)
      #expect(told.first.map { firstLine(of: "zmalloc: \($0.message)") } == line)
    }
    try await expectSilence(violation.scenario.goodTwin, at: entrance)
  }
}

/// The recordings in a folder.
func recordings(in folder: URL) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder.path)
    .filter { $0.hasSuffix(".zleak") || $0.hasSuffix(".zleak.part") }.sorted()
}

/// Expects that a program prints nothing and ends with status 0.
func expectSilence(_ scenario: Scenario, at entrance: Entrance) async throws {
  try await inScratchFolder { folder in
    let outcome = try await scenario.run(at: entrance, in: folder)
    #expect(outcome == Outcome(status: 0, output: "", errors: ""), "\(scenario)")
  }
}

/// Expects that a program prints the same and ends the same with the layer and without it.
func expectUndisturbed(_ scenario: Scenario, at entrance: Entrance) async throws {
  try await inScratchFolder { folder in
    let plain = try await scenario.runPlain(at: entrance, in: folder)
    // 99 is what CHECK of scenario.h ends with.
    #expect(
      plain.status != Command.timedOut && plain.status != 99,
      "\(scenario) does not work without the layer: \(plain)")
    try await inScratchFolder { folder in
      let outcome = try await scenario.run(at: entrance, in: folder)
      #expect(outcome == plain, "\(scenario)")
    }
  }
}
