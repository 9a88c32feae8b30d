// The sibling hint: where the other blocks of a leak's site were freed, and how many.
import Foundation
import Testing

@Suite("Siblings of a leak")
struct SiblingTests {
  /// The text of the report of `leak_sibling_places` in one of its ways.
  private func text(
    _ way: Int, _ count: Int, options: String = "", at entrance: Entrance
  ) async throws -> String {
    try await inScratchFolder { folder in
      let scenario = Scenario("leak_sibling_places", way, count, options: options)
      let outcome = try await scenario.run(at: entrance, in: folder)
      #expect(outcome.status == 23)
      let command = Command(
        program: try Products.zleakcheck(), arguments: ["report"] + (try recordings(in: folder)))
      return try await command.run(in: folder).output
    }
  }

  private static let here = "leak_sibling_places.c:14 in drop_here"
  private static let there = "leak_sibling_places.c:18 in drop_there"

  @Test(
    "all others were freed at one place",
    arguments: [
      (1, ""), (412, ""), (412, "quarantine=off"), (412, "quarantine=4KiB"), (150_000, ""),
      (412, "guard=all"), (9_000, "guard=all"), (9_000, "guard=1/2"),
    ], Entrance.allCases)
  func onePlace(_ run: (count: Int, options: String), _ entrance: Entrance) async throws {
    let text = try await text(0, run.count, options: run.options, at: entrance)
    let those = run.count == 1 ? "1 other block" : "\(grouped(run.count)) other blocks"
    let verb = run.count == 1 ? "was" : "were"
    let sentence = "  \(those) from this site \(verb) freed at \(Self.here); this one was not\n"
    // A line holds 100 columns.
    #expect(text.replacing("\n    ", with: " ").contains(sentence), "\(text)")
  }

  @Test("two places freed them", arguments: [300, 90_000], Entrance.allCases)
  func twoPlaces(_ count: Int, _ entrance: Entrance) async throws {
    let text = try await text(1, count, at: entrance)
    #expect(
      text.contains(
        """
          \(grouped(count)) other blocks from this site were freed; this one was not
            \(grouped(count / 3 * 2)) at \(Self.here)
            \(grouped(count / 3)) at \(Self.there)

        """), "\(text)")
  }

  @Test("four threads freed them", arguments: Entrance.allCases)
  func threads(_ entrance: Entrance) async throws {
    let text = try await text(2, 30_000, at: entrance)
    #expect(text.replacing("\n    ", with: " ").contains("  119,999 other blocks from this site"))
  }

  // What is being freed while the recording is written has its place already.
  @Test("threads free others at the end", arguments: Entrance.allCases)
  func atEnd(_ entrance: Entrance) async throws {
    for _ in 0..<20 {
      try await inScratchFolder { folder in
        let outcome = try await Scenario("leak_sibling_atEnd").run(at: entrance, in: folder)
        #expect(outcome.status == 23)
        let command = Command(
          program: try Products.zleakcheck(), arguments: ["report"] + (try recordings(in: folder)))
        let text = try await command.run(in: folder).output
          .split { $0.isWhitespace }.joined(separator: " ")
        let words = "blocks from this site were freed at leak_sibling_atEnd.c:9 in drop; this one"
        #expect(text.contains(words), "\(text)")
      }
    }
    try await expectSilence(Scenario("leak_sibling_atEnd-good"), at: entrance)
  }

  @Test("a realloc that moves a block is no free of it", arguments: Entrance.allCases)
  func moved(_ entrance: Entrance) async throws {
    let text = try await text(3, 50, options: "quarantine=2KiB", at: entrance)
    #expect(text.contains("leak: 1 block of 40 bytes"))
    #expect(!text.contains("other block"))
  }

  @Test("no leak, no hint", arguments: Entrance.allCases)
  func twin(_ entrance: Entrance) async throws {
    try await expectSilence(Scenario("leak_sibling_places-good", 0, 412), at: entrance)
    try await inScratchFolder { folder in
      _ = try await Scenario("leak_simple_root").run(at: entrance, in: folder)
      let command = Command(
        program: try Products.zleakcheck(), arguments: ["report"] + (try recordings(in: folder)))
      #expect(!(try await command.run(in: folder).output.contains("other block")))
    }
  }

  @Test("leakSibling: the nodes of a Swift program")
  func swift() async throws {
    try await inScratchFolder { folder in
      let outcome = try await Scenario("leakSibling").run(at: .preload, in: folder)
      #expect(outcome.status == 23)
      let text = try String(
        contentsOf: folder.appendingPathComponent("report.txt"), encoding: .utf8)
      #expect(text.contains("  412 other blocks from this site were freed at "), "\(text)")
      #expect(text.contains("; this one was not\n"))
    }
    try await expectUndisturbed(Scenario("leakSibling-good"), at: .preload)
  }

  /// As the report writes numbers.
  private func grouped(_ number: Int) -> String {
    number < 1_000 ? "\(number)" : "\(number / 1_000)," + "\(number % 1_000 + 1_000)".dropFirst()
  }
}
