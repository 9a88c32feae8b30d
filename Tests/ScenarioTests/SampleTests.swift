// The word counter of Tests/Samples: a string and a table that keep their promise under every
// failure, and a twin of each with one planted mistake, which `zleakcheck fuzz` and the sweeps of
// its tests in C find.
import Foundation
import Testing

@Suite("Samples")
struct SampleTests {
  /// More words than buckets, and one of them longer than the others.
  static let words = """
    The cat and the hat and the bat; a mat is what the cat sat on, at that.
    Incomprehensibilities are words, too.

    """

  /// A twin, and what is found in it.
  struct Twin: Sendable, CustomStringConvertible {
    var name: String
    /// What `fuzz` says first, and where the failed allocation was.
    var finding: String
    var place: String
    /// The test in C that fails.
    var failing: String
    /// How many failed; or, where a test was left from the depth of a crash, what that lost.
    var status: Int32

    var description: String { name }
  }

  static let twins = [
    Twin(
      name: "wordcount-bad-sds", finding: "leaked: 1 block lost in sds_make", place: "grow",
      failing: "the_string_keeps_its_promise", status: 1),
    Twin(
      name: "wordcount-bad-table", finding: "crashed: SIGSEGV in table_clear", place: "make_room",
      failing: "the_table_keeps_its_promise", status: 23),
  ]

  @Test("wordcount prints the most frequent words")
  func counts() async throws {
    try await inScratchFolder { folder in
      let outcome = try await sample("wordcount", ["3"]).run(in: folder)
      let lines = "      4 the\n      2 and\n      2 cat\n"
      #expect(outcome == Outcome(status: 0, output: lines, errors: ""))
    }
  }

  @Test("fuzz finds nothing in the good one")
  func fuzzGood() async throws {
    try await inScratchFolder { folder in
      let outcome = try await fuzz("wordcount", in: folder)
      #expect(outcome.status == 0, "\(outcome)")
      #expect(outcome.output.contains("no broken out-of-memory path"))
    }
  }

  @Test("fuzz finds each planted mistake", arguments: twins)
  func fuzzBad(_ twin: Twin) async throws {
    try await inScratchFolder { folder in
      let outcome = try await fuzz(twin.name, in: folder)
      #expect(outcome.status == 25, "\(outcome)")
      #expect(outcome.output.contains("1 broken out-of-memory path"))
      #expect(outcome.output.contains("\(twin.finding) after a failed allocation in \(twin.place)"))
    }
  }

  @Test("the tests in C pass on the good one")
  func testsOfGood() async throws {
    try await inScratchFolder { folder in
      let outcome = try await sample("wordcount-test", debug: true).run(in: folder)
      #expect(outcome.status == 0, "\(outcome)")
      #expect(outcome.errors.contains("[  PASSED  ] 3 test(s)."))
      #expect(try recordings(in: folder).isEmpty)
    }
  }

  @Test("the tests in C find each planted mistake by their sweep", arguments: twins)
  func testsOfBad(_ twin: Twin) async throws {
    try await inScratchFolder { folder in
      let outcome = try await sample("\(twin.name)-test", debug: true).run(in: folder)
      #expect(outcome.status == twin.status, "\(outcome)")
      #expect(outcome.output.contains("[  FAILED  ] \(twin.failing)"))
      #expect(outcome.errors.contains("zmalloc: sweep: "))
    }
  }

  private func sample(
    _ name: String, _ arguments: [String] = [], debug: Bool = false
  ) throws -> Command {
    let path = try Products.scenario("samples/\(name)")
    var command = Command(program: path, arguments: arguments, input: SampleTests.words)
    let folder = Products.dist.appendingPathComponent(debug ? "lib/debug" : "lib")
    command.environment["LD_LIBRARY_PATH"] = folder.path
    return command
  }

  private func fuzz(_ name: String, in folder: URL) async throws -> Outcome {
    var command = try sample(name)
    command.arguments = ["fuzz", "--time-limit", "30", "--", command.program]
    command.program = try Products.zleakcheck()
    return try await command.run(in: folder)
  }
}
