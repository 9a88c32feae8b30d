// How far a campaign is: one line written over on a terminal, plain lines elsewhere.
import Foundation
import Testing

@Suite("The progress of campaigns")
struct CampaignProgressTests {
  /// A campaign of a second or more: each error path waits.
  private func command() throws -> String {
    let zleakcheck = try Products.zleakcheck()
    let program = try Products.scenario("malloc/campaign_late_sites")
    return "\(zleakcheck) fuzz --engine rerun --time-limit 30 --state s.zcampaign --fail-on none "
      + "--output report.txt -- \(program) 0 40"
  }

  @Test("on a terminal one line is written over, and taken away at the end")
  func terminal() async throws {
    try await inScratchFolder { folder in
      // `script` gives the command a terminal, and keeps what it showed there.
      let outcome = try await Command(
        program: "script", arguments: ["-qefc", try command(), "shown.txt"]
      ).run(in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let shown = try String(
        contentsOf: folder.appendingPathComponent("shown.txt"), encoding: .utf8)
      let lines = shown.components(separatedBy: "\r\u{1B}[K")
      let line = /zleakcheck fuzz: \d+ of \d+ failures, \d+ of \d+ sites, \d+ findings?, .* left/
      #expect(lines.dropFirst().dropLast().count >= 2, "\(shown)")
      for text in lines.dropFirst().dropLast() {
        #expect(text.wholeMatch(of: line) != nil, "\(text)")
      }
      // The last thing is an empty line in its place.
      #expect(!(lines.last ?? "").contains("failures,"), "\(shown)")
    }
  }

  @Test("elsewhere no line is written over")
  func pipe() async throws {
    try await inScratchFolder { folder in
      let outcome = try await Command(program: "sh", arguments: ["-c", try command()])
        .run(in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(!outcome.errors.contains("\r") && !outcome.errors.contains("\u{1B}"))
    }
  }
}
