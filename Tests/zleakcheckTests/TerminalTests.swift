// How a report looks where it goes: in colour on a terminal alone, and each time the same.
import Foundation
import Testing

@Suite("Reports on a terminal and in a file")
struct TerminalTests {
  let line: CommandLine

  init() throws { line = try CommandLine() }

  /// The report of a recording on a terminal that `script` of util-linux makes.
  private func onTerminal(_ environment: [String: String]) throws -> String {
    var all = ["TERM": "xterm"]
    all.merge(environment) { $1 }
    let command = "'\(try CommandLine.command())' report full.zleak"
    let result = try line.run("/usr/bin/script", ["-qec", command, "/dev/null"], environment: all)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("heap overflow: 3 bytes"))
    return result.output
  }

  @Test("colours are for a terminal that takes them, unless NO_COLOR is set")
  func colours() throws {
    #expect(try onTerminal(["NO_COLOR": ""]).contains("\u{1B}["))
    #expect(try !onTerminal(["NO_COLOR": "1"]).contains("\u{1B}"))
    #expect(try !onTerminal(["NO_COLOR": "", "TERM": "dumb"]).contains("\u{1B}"))
    let file = try line.zleakcheck(
      ["report", "full.zleak"], environment: ["TERM": "xterm", "NO_COLOR": ""])
    #expect(!file.output.contains("\u{1B}"))
  }

  @Test("two reports of one recording are the same bytes", arguments: ["text", "json"])
  func same(_ format: String) throws {
    let arguments = ["report", "--all", "--format", format, "full.zleak", "leaky.zleak"]
    // Each process hashes with a seed of its own: an order that hangs on it would differ.
    let first = try line.zleakcheck(arguments).output
    #expect(first.contains("leak"))
    for _ in 0..<5 { #expect(try line.zleakcheck(arguments).output == first) }
  }
}
