// The confirmation of many findings by several jobs: the findings are those of one.
import Foundation
import Testing

@Suite("The confirmation of campaigns")
struct CampaignConfirmationTests {
  /// Twelve functions that each write to the block that they did not get.
  private static let source =
    "#include <stdlib.h>\n"
    + (0..<12).map {
      """
      __attribute__((noinline)) static void crash_\($0)(void) {
        volatile char *block = malloc(\($0 + 1));
        block[0] = 1;
        free((void *)block);
      }

      """
    }.joined()
    + "int main(void) {\n" + (0..<12).map { "  crash_\($0)();\n" }.joined() + "}\n"

  @Test("three jobs confirm what one does")
  func jobs() async throws {
    try await inScratchFolder { folder in
      try await compileProgram(Self.source, ["-g", "-O1"], in: folder)
      var campaign = Campaign(program: folder.appendingPathComponent("program").path)
      campaign.flags = ["--jobs", "1"]
      let one = try await campaign.run(in: folder, state: "one.z")
      campaign.flags = ["--jobs", "3"]
      let three = try await campaign.run(in: folder, state: "three.z")
      #expect(one.outcome.status == 25 && three.outcome.status == 25, "\(three.outcome.errors)")
      #expect(one.identifiers.count == 12)
      #expect(three.identifiers == one.identifiers)
      #expect(titles(three) == titles(one))
    }
  }

  private func titles(_ found: Campaign.Findings) -> [String] {
    found.findings.compactMap { $0["title"] as? String }
  }
}
