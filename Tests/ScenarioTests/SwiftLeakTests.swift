// Swift programs under the preload library: what Swift's own encodings of pointers hold is no leak,
// and a planted cycle is one entry that says so.
import Foundation
import Testing

@Suite struct SwiftLeakTests {
  static let keptScenarios = ["keptWeakly", "keptPayloads", "keptTasks", "keptFoundation"].map {
    Scenario($0)
  }

  static let losses: [Leak] = [
    Leak(
      Scenario("weakCycle"), blocks: 4, bytes: 184, entries: 1, state: "cycle",
      heads: "1 cycle of 2 blocks holds 2 other blocks"),
    Leak(
      Scenario("weakParent"), blocks: 5, bytes: 232, entries: 1,
      heads: "1 root of 40 bytes holds 4 blocks"),
    Leak(Scenario("closureCycle"), blocks: 2, bytes: 96, entries: 1, state: "cycle"),
    Leak(
      Scenario("storageCycle"), blocks: 4, bytes: 224, entries: 1, state: "cycle",
      heads: "1 cycle of 4 blocks"),
    Leak(
      Scenario("taskCycle"), blocks: 4, bytes: 1424, entries: 1, state: "cycle",
      heads: "1 cycle of 2 blocks holds 2 other blocks"),
  ]

  @Test("what a tagged, shifted or interior pointer holds is kept", arguments: keptScenarios)
  func kept(_ scenario: Scenario) async throws {
    try await expectUndisturbed(scenario, at: .preload)
  }

  @Test("a planted loss is one entry of its kind", arguments: losses)
  func lost(_ leak: Leak) async throws {
    try await inScratchFolder { folder in
      let outcome = try await leak.scenario.run(at: .preload, in: folder)
      #expect(outcome.status == 23)
      let report = try await Report(of: recordings(in: folder), in: folder)
      #expect(report.lostBlockCount == leak.blockCount)
      #expect(report.lostByteCount == leak.byteCount)
      #expect(report.leaks.count == 1)
      for entry in report.leaks {
        #expect(entry.state == leak.state)
        #expect(entry.message.hasSuffix(leak.heads), "\(entry.message)")
      }
    }
    try await expectUndisturbed(leak.scenario.goodTwin, at: .preload)
  }

  @Test("the command itself loses nothing", arguments: [["--help"], ["options"]])
  func ownCommand(_ arguments: [String]) async throws {
    try await inScratchFolder { folder in
      let own = try Products.zleakcheck()
      let outcome = try await Command(
        program: own, arguments: ["run", "--output", "report.txt", "--", own] + arguments
      ).run(in: folder)
      #expect(outcome.status == 0)
      #expect(outcome.errors == "")
    }
  }
}
