// `ZMALLOC_DEBUG`: what it does not know stops the program before main with one line and status 64.
import Foundation
import Testing

@Suite("Options")
struct OptionTests {
  /// A value that is refused, with what the line has to name.
  struct Refused: Sendable, CustomStringConvertible {
    var value: String
    var words: [String]
    var description: String { value }

    init(_ value: String, _ words: String...) {
      self.value = value
      self.words = words
    }
  }

  static let refused = [
    Refused("canery", "canery", "canary"),
    Refused("on,quarantene=1MiB", "quarantene", "quarantine"),
    Refused("leeks", "leeks", "leaks"), Refused("stacks=many", "stacks", "many"),
    Refused("quarantine=lots", "quarantine", "lots"),
    Refused("quarantine=1XiB", "quarantine", "1XiB"),
    Refused("quarantine=-1", "quarantine", "-1"), Refused("fail=nth:x", "fail", "x"),
    Refused("fail=nth:0", "fail", "0"), Refused("fail=sometimes", "fail", "sometimes"),
    Refused("stacks=99999999999999999999", "stacks"), Refused("leaks=maybe", "leaks", "maybe"),
  ]

  @Test("refused by a linked layer", arguments: refused)
  func linked(_ refused: Refused) async throws {
    try await inScratchFolder { folder in
      var command = Command(program: try Products.scenario("zmalloc/crash_null_write-good"))
      command.environment["LD_LIBRARY_PATH"] =
        Products.dist.appendingPathComponent("lib/debug").path
      command.environment["ZMALLOC_DEBUG"] = refused.value
      expect(refused, of: try await command.run(in: folder))
    }
  }

  @Test("refused by the preload library", arguments: refused)
  func preloaded(_ refused: Refused) async throws {
    try await inScratchFolder { folder in
      var command = Command(program: try Products.scenario("malloc/crash_null_write-good"))
      command.environment["LD_PRELOAD"] = try Products.library("libzmalloc-preload.so")
      command.environment["ZMALLOC_DEBUG"] = refused.value
      expect(refused, of: try await command.run(in: folder))
    }
  }

  @Test("refused by `zleakcheck run --options`", arguments: refused)
  func run(_ refused: Refused) async throws {
    try await inScratchFolder { folder in
      let scenario = Scenario("crash_null_write-good", options: refused.value)
      let outcome = try await scenario.run(at: .preload, in: folder)
      #expect(outcome.status == 64)
      #expect(outcome.output == "")
      for word in refused.words { #expect(outcome.errors.contains(word)) }
    }
  }

  @Test("refused by `zleakcheck fuzz --options`", arguments: refused)
  func fuzz(_ refused: Refused) async throws {
    try await inScratchFolder { folder in
      var command = Command(program: try Products.zleakcheck())
      command.arguments = [
        "fuzz", "--options", refused.value, "--", try Products.scenario("malloc/crash_null_write"),
      ]
      expect(refused, of: try await command.run(in: folder))
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(files == [])
    }
  }

  private func expect(_ refused: Refused, of outcome: Outcome) {
    #expect(outcome.status == 64)
    #expect(outcome.output == "")
    #expect(outcome.errors.hasPrefix("zmalloc: "))
    #expect(outcome.errors.split(separator: "\n", omittingEmptySubsequences: false).count == 2)
    for word in refused.words { #expect(outcome.errors.contains(word)) }
  }

  @Test("a layer that finds no memory for its tables does not silently stay off")
  func noMemory() async throws {
    try await inScratchFolder { folder in
      var command = Command(program: "/bin/bash")
      let program = try Products.scenario("malloc/crash_null_write-good")
      command.arguments = [
        "-c", #"ulimit -v 12000; LD_PRELOAD="$1" ZMALLOC_DEBUG=on,quarantine=1GiB exec "$2""#,
        "bash", try Products.library("libzmalloc-preload.so"), program,
      ]
      let refused = Refused("on,quarantine=1GiB", "no memory", "quarantine")
      expect(refused, of: try await command.run(in: folder))
    }
  }

  @Test("off leaves a program alone, its mistakes with it")
  func off() async throws {
    try await inScratchFolder { folder in
      var command = Command(program: try Products.scenario("zmalloc/leak_tree_seven"))
      command.environment["LD_LIBRARY_PATH"] =
        Products.dist.appendingPathComponent("lib/debug").path
      command.environment["ZMALLOC_DEBUG"] = "off"
      #expect(try await command.run(in: folder) == Outcome(status: 0, output: "", errors: ""))
      #expect(try recordings(in: folder) == [])
    }
  }

  @Test("exit=keep leaves the program its status")
  func exitKept() async throws {
    try await inScratchFolder { folder in
      let scenario = Scenario("leak_tree_seven", options: "exit=keep")
      let outcome = try await scenario.run(at: .linked, in: folder)
      #expect(outcome.status == 0)
      #expect(outcome.errors.hasPrefix("zmalloc: 7 blocks (224 bytes) leaked; "))
    }
  }

  @Test("a program that zleakcheck cannot watch is a sentence and status 70")
  func unwatchable() async throws {
    try await inScratchFolder { folder in
      let text = folder.appendingPathComponent("text")
      try Data("no program\n".utf8).write(to: text)
      for program in ["/nonexistent/program", text.path, "/"] {
        let outcome = try await Command(
          program: try Products.zleakcheck(), arguments: ["run", "--", program]
        ).run(in: folder)
        #expect(outcome.status == 70, "\(program)")
        #expect(outcome.errors.contains(program))
      }
    }
  }
}
