// A child answers for what it allocated itself, whatever it does with what it inherited; a new
// image is watched afresh.
import Foundation
import Testing

/// A scenario of several processes with what they lose, one number of bytes for each block.
struct FamilyCase: Sendable, CustomStringConvertible {
  var scenario: Scenario
  var losses: [Int]

  init(_ name: String, losing losses: [Int]) {
    scenario = Scenario(name)
    self.losses = losses
  }

  var description: String { scenario.description }

  static let all = [
    FamilyCase("fork_server_saves", losing: [72, 72, 72]),
    FamilyCase("fork_generations", losing: [20, 21, 22]),
    FamilyCase("fork_from_thread", losing: [33]),
    FamilyCase("fork_held_by_inherited", losing: [47]),
    FamilyCase("exec_watched_afresh", losing: [36, 36]),
  ]
}

@Suite("Forks and new images")
struct ForkTests {
  @Test("each process answers for its own", arguments: FamilyCase.all, Entrance.allCases)
  func family(_ family: FamilyCase, _ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let outcome = try await family.scenario.run(at: entrance, in: folder)
      #expect(outcome.status != 99 && outcome.status != 70, "\(outcome.errors)")
      let report = try await Report(of: recordings(in: folder), in: folder)
      #expect(report.recordings.count == family.losses.count)
      #expect(report.recordings.map(\.totals.leakedBytes).sorted() == family.losses)
      #expect(report.lostBlockCount == family.losses.count)
    }
    try await expectSilence(family.scenario.goodTwin, at: entrance)
  }

  @Test("redis-server saves in the background, and neither it nor its child reports a leak")
  func redis() async throws {
    _ = try Products.zleakcheck()
    try await inScratchFolder { folder in
      var command = Command(
        program: Products.package.appendingPathComponent("Tests/Servers/save-in-background").path)
      command.environment["ZMALLOC_DIST"] = Products.dist.path
      command.timeLimit = .seconds(120)
      let outcome = try await command.run(in: folder)
      #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
      #expect(outcome.output.hasSuffix("saved by a child, no leaks in 2 processes\n"))
    }
  }
}
