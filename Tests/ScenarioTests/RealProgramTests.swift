// Real programs, through the tool that compares them with and without the layer.
import Foundation
import Testing

@Suite("Real programs")
struct RealProgramTests {
  /// The cases of `tools/real-programs` that need seconds, not minutes.
  static let names = [
    "jq", "sqlite3-memory", "sqlite3-disk", "xmllint", "lua5.4", "python3", "curl", "perl", "git",
    "redis", "cpp", "swift",
  ]

  @Test("prints the same and ends the same under the layer", arguments: names)
  func same(_ name: String) async throws { try await compare(name, []) }

  @Test(
    "prints the same with guard pages, and with sweeps over its blocks",
    arguments: ["jq", "sqlite3-memory", "sqlite3-disk", "xmllint", "lua5.4"],
    ["guard=all", "guard=1/7,guard-at=start", "sweep=20000"])
  func guarded(_ name: String, _ options: String) async throws {
    try await compare(name, ["--options", options])
  }

  private func compare(_ name: String, _ options: [String]) async throws {
    _ = try Products.zleakcheck()
    try await inScratchFolder { folder in
      var command = Command(
        program: Products.package.appendingPathComponent("tools/real-programs").path,
        arguments: options + [name])
      command.environment["ZMALLOC_DIST"] = Products.dist.path
      command.environment["ZMALLOC_SCENARIOS"] = Products.scenarios.path
      command.timeLimit = .seconds(300)
      let outcome = try await command.run(in: folder)
      #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }
  }
}
