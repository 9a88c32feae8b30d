// Marks that the program sets itself, in C and in Swift: what was allocated since is told apart,
// and what was lost since.
import Foundation
import Testing

@Suite("Marks")
struct MarkTests {
  /// What a report says that is in use since a mark.
  struct Since: Decodable, Equatable {
    var mark: Int
    var blocks: Int
    var bytes: Int
    var sites: Int
  }

  @Test("of the function in C, among threads", arguments: Entrance.allCases)
  func ofFunction(_ entrance: Entrance) async throws {
    let scenario = Scenario("marks_of_threads")
    try await inScratchFolder { folder in
      let outcome = try await scenario.run(at: entrance, in: folder)
      #expect(outcome.output == "marks 1 and 2\n" && outcome.status == 23)
      let expected = Since(mark: 1, blocks: 7, bytes: 2960, sites: 4)
      #expect(try await since("1", in: folder) == expected)
      let last = Since(mark: 2, blocks: 2, bytes: 2000, sites: 1)
      #expect(try await since("last", in: folder) == last)
    }
    try await inScratchFolder { folder in
      let outcome = try await scenario.goodTwin.run(at: entrance, in: folder)
      #expect(outcome == Outcome(status: 0, output: "marks 1 and 2\n", errors: ""))
      let expected = Since(mark: 1, blocks: 6, bytes: 2900, sites: 3)
      #expect(try await since("1", in: folder) == expected)
    }
  }

  @Test("without the layer there are none", arguments: Entrance.allCases)
  func withoutLayer(_ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let outcome = try await Scenario("marks_of_threads").runPlain(at: entrance, in: folder)
      #expect(outcome == Outcome(status: 0, output: "marks 0 and 0\n", errors: ""))
    }
  }

  @Test("of the method in Swift")
  func ofMethod() async throws {
    try await inScratchFolder { folder in
      let outcome = try await swift("marks", in: folder)
      #expect(outcome.output == "marks 1 and 2\nwritten true\n" && outcome.status == 23)
      let expected = Since(mark: 1, blocks: 5, bytes: 1960, sites: 3)
      #expect(try await since("1", in: folder) == expected)
    }
    try await inScratchFolder { folder in
      let outcome = try await swift("marks-good", in: folder)
      #expect(outcome == Outcome(status: 0, output: "marks 1 and 2\nwritten true\n", errors: ""))
      let expected = Since(mark: 1, blocks: 4, bytes: 1900, sites: 2)
      #expect(try await since("1", in: folder) == expected)
      let last = Since(mark: 2, blocks: 1, bytes: 1000, sites: 1)
      #expect(try await since("last", in: folder) == last)
    }
    try await inScratchFolder { folder in
      let outcome = try await swift("marks", layer: false, in: folder)
      #expect(outcome.output == "marks 0 and 0\nwritten false\n")
    }
  }

  private func swift(
    _ name: String, layer: Bool = true, in folder: URL
  ) async throws -> Outcome {
    var command = Command(program: try Products.swiftScenarios(), arguments: [name, "end.zleak"])
    command.environment["ZMALLOC_DEBUG"] = layer ? "on" : nil
    return try await command.run(in: folder)
  }

  /// What the report of `end.zleak` says since a mark.
  private func since(_ mark: String, in folder: URL) async throws -> Since? {
    struct Document: Decodable {
      struct Part: Decodable { var since: Since? }
      var recordings: [Part]
    }
    var command = Command(program: try Products.zleakcheck())
    command.arguments = ["report", "end.zleak", "--since", mark, "--format", "json"]
    let outcome = try await command.run(in: folder)
    let document = try JSONDecoder().decode(Document.self, from: Data(outcome.output.utf8))
    return document.recordings.first?.since
  }
}
