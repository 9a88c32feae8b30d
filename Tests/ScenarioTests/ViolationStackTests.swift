// What the report of a heap mistake tells: who allocated, who freed, and who noticed.
import Foundation
import Testing

@Suite("The stacks of heap mistakes")
struct ViolationStackTests {
  @Test(
    "doubleFree_small_otherThread: one thread freed it, another freed it again",
    arguments: Entrance.allCases)
  func doubleFree(_ entrance: Entrance) async throws {
    let found = try await violation(Scenario("doubleFree_small_otherThread"), at: entrance)
    #expect(found.kind == "doubleFree")
    let allocated = try #require(found.allocated)
    let freed = try #require(found.freed)
    #expect(allocated.functions.first == "main")
    #expect(freed.functions.first == "main")
    #expect(found.noticed.functions.first == "work")
    #expect(!found.noticed.functions.contains("main"))
    #expect(allocated.thread == freed.thread)
    #expect(found.noticed.thread != freed.thread)
  }

  @Test(
    "writeAfterFree_any_leaves: the block was freed in main, and leaves the quarantine in churn",
    arguments: Entrance.allCases)
  func writeAfterFree(_ entrance: Entrance) async throws {
    let scenario = Scenario("writeAfterFree_any_leaves", 64, 8, 4, options: "quarantine=128KiB")
    let found = try await violation(scenario, at: entrance)
    #expect(found.kind == "writeAfterFree")
    #expect(found.allocated?.functions.first == "main")
    #expect(found.freed?.functions.first == "main")
    #expect(found.noticed.functions.starts(with: ["churn", "main"]))
  }

  @Test(
    "overflow_any_freed: it was allocated and noticed in main, and never freed",
    arguments: Entrance.allCases)
  func overflow(_ entrance: Entrance) async throws {
    let found = try await violation(Scenario("overflow_any_freed", 24, 3), at: entrance)
    #expect(found.kind == "overflow")
    #expect(found.allocated?.functions.first == "main")
    #expect(found.freed == nil)
    #expect(found.noticed.functions.first == "main")
  }

  @Test(
    "mistake twice-reused: the stale pointer freed the second block, then its owner did",
    arguments: Entrance.allCases)
  func bothHistories(_ entrance: Entrance) async throws {
    let scenario = Scenario("mistake", ["twice-reused", "24"], options: "quarantine=64KiB")
    let found = try await violation(scenario, at: entrance)
    #expect(found.kind == "doubleFree")
    let earlier = try #require(found.earlier)
    #expect(earlier.bytes == 24)
    let lines = try [
      earlier.allocated, earlier.freed, #require(found.allocated), #require(found.freed),
      found.noticed,
    ].map { moment in
      #expect(moment.functions.first == "twice_reused")
      return try #require(moment.stack.frames.first?.line)
    }
    // In the order of the source, each on a line of its own.
    #expect(Set(lines).count == 5 && lines == lines.sorted(), "\(lines)")
  }

  /// The one heap mistake of a scenario, which is told by the same line as on standard error.
  private func violation(
    _ scenario: Scenario, at entrance: Entrance
  ) async throws -> Report.Violation {
    try await inScratchFolder { folder in
      let outcome = try await scenario.run(at: entrance, in: folder)
      let report = try await Report(of: recordings(in: folder), in: folder)
      #expect(report.violations.count == 1)
      let found = try #require(report.violations.first)
      #expect("zmalloc: " + firstLine(of: found.message) == firstLine(of: outcome.errors))
      #expect(!found.noticed.stack.isOneFrame)
      return found
    }
  }
}
