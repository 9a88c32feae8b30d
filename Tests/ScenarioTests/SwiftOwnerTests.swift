// Blocks with an owner in Swift under the linked layer: what can still go wrong, and where the
// report says that it did.

import Foundation
import Testing

@Suite struct SwiftOwnerTests {
  static let mistakes: [(name: String, line: String)] = [
    ("owned-overflow", "zmalloc: heap overflow: 1 byte written past the end of 24-byte block 0x…"),
    (
      "owned-stale",
      "zmalloc: write after free: 1 byte written 8 bytes into freed 64-byte block 0x…"
    ),
    ("owned-twice", "zmalloc: double free of 64-byte block 0x…"),
    ("owned-short", "zmalloc: free of 64-byte block 0x… with wrong size 32"),
  ]

  @Test(arguments: mistakes)
  func `a heap mistake ends the program with its line`(name: String, line: String) async throws {
    try await inScratchFolder { folder in
      let outcome = try await run(name, in: folder)
      // The check at the end finds the write after free: the process was ending.
      #expect(outcome.status == (name == "owned-stale" ? 24 : 134))
      #expect(firstLine(of: outcome.errors) == line)
    }
  }

  @Test(arguments: mistakes.map(\.name) + ["owned-taken"])
  func `its twin without the mistake is silent`(name: String) async throws {
    try await inScratchFolder { folder in
      let outcome = try await run(name + "-good", in: folder)
      #expect(outcome == Outcome(status: 0, output: "", errors: ""))
    }
  }

  @Test func `a block that was taken and forgotten is a leak, by the stack of its owner`()
    async throws
  {
    try await inScratchFolder { folder in
      let outcome = try await run("owned-taken", in: folder)
      #expect(outcome.status == 23)
      #expect(outcome.errors.hasPrefix("zmalloc: 1 block (48 bytes) leaked; zleakcheck report "))
      let report = try await Report(of: recordings(in: folder), in: folder)
      let leak = try #require(report.recordings.first?.leaks.first)
      expectCaller("ownForReport", of: leak.allocated)
    }
  }

  @Test func `a double free names who freed it first and who did again`() async throws {
    try await inScratchFolder { folder in
      _ = try await run("owned-twice", in: folder)
      let report = try await Report(of: recordings(in: folder), in: folder)
      let found = try #require(report.violations.first)
      expectCaller("ownForReport", of: try #require(found.allocated))
      expectCaller("endOwner", of: try #require(found.freed))
      expectCaller("endOwner", of: found.noticed)
    }
  }

  /// Expects that the program's own function stands in a stack, below frames of ours at most.
  private func expectCaller(
    _ name: String, of moment: Report.Moment, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let own = moment.functions.firstIndex { $0.contains(name) }
    #expect(own != nil, "\(moment.functions)", sourceLocation: sourceLocation)
  }

  private func run(_ name: String, in folder: URL) async throws -> Outcome {
    var command = Command(program: try Products.swiftScenarios(), arguments: [name])
    command.environment["ZMALLOC_DEBUG"] = "on,leaks=unfreed"
    return try await command.run(in: folder)
  }
}
