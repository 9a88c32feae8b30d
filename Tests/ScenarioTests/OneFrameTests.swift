// Where the unwinder is not there a stack is one frame, and the report says why.
import Foundation
import Testing

@Suite("Stacks without an unwinder")
struct OneFrameTests {
  @Test(
    "constructor_before_ours: a block from before the layer's own start",
    arguments: Entrance.allCases
  )
  func beforeStart(_ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let outcome = try await Scenario("constructor_before_ours").run(at: entrance, in: folder)
      #expect(outcome.status == 23)
      let (report, text) = try await reports(in: folder)
      #expect(report.leaks.map(\.allocated.functions) == [["work"]])
      #expect(report.leaks.map(\.allocated.stack.isOneFrame) == [true])
      #expect(text.contains("(one frame: the unwinder was not loaded yet)\n"))
      #expect(!text.contains("libunwind was not found"))
    }
    try await expectSilence(Scenario("constructor_before_ours-good"), at: entrance)
  }

  @Test(
    "libunwind is missing: all is found, and the report names the package",
    arguments: Entrance.allCases)
  func missing(_ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let libraries = try unusableUnwinder(in: folder)
      let outcome = try await Scenario("leak_tree_seven")
        .run(at: entrance, libraries: libraries, in: folder)
      #expect(outcome.status == 23)
      let (report, text) = try await reports(in: folder)
      #expect(report.leaks.map(\.blocks) == [7])
      #expect(report.leaks.map(\.allocated.functions) == [["tree"]])
      #expect(
        text.contains("stacks have one frame: libunwind was not found (apt install libunwind8)"))
    }
  }

  static let doubleFrees: [(Scenario, Entrance)] = [
    (Scenario("doubleFree_any_atOnce", 100), .preload),
    (Scenario("doubleFree_any_atOnce", 100), .linked),
    (Scenario("doubleFree_aligned_atOnce", 32), .preload),
  ]

  @Test(
    "libunwind is missing: who allocated, freed and freed again is known", arguments: doubleFrees)
  func missingAtMistake(_ scenario: Scenario, _ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let libraries = try unusableUnwinder(in: folder)
      let outcome = try await scenario.run(at: entrance, libraries: libraries, in: folder)
      #expect(firstLine(of: outcome.errors) == "zmalloc: double free of 100-byte block 0x…")
      let (report, _) = try await reports(in: folder)
      let found = try #require(report.violations.first)
      #expect(found.allocated?.functions == ["main"])
      #expect(found.freed?.functions == ["main"])
      #expect(found.noticed.functions == ["main"])
    }
  }

  /// A folder with a file of libunwind's name that is no library.
  private func unusableUnwinder(in folder: URL) throws -> URL {
    let libraries = folder.appendingPathComponent("libraries")
    try FileManager.default.createDirectory(at: libraries, withIntermediateDirectories: false)
    try Data("no library\n".utf8).write(to: libraries.appendingPathComponent("libunwind.so.8"))
    return libraries
  }

  /// The report of the recordings in a folder, as a document and as text.
  private func reports(in folder: URL) async throws -> (Report, String) {
    let files = try recordings(in: folder)
    let text = try await Command(
      program: Products.zleakcheck(), arguments: ["report"] + files
    ).run(in: folder)
    #expect(text.status == 0)
    return (try await Report(of: files, in: folder), text.output)
  }
}
