// A campaign's JSON is what its published schema says, by a validator that is not ours.
import Foundation
import Testing

@Suite("The JSON of campaigns")
struct CampaignJSONTests {
  static let schema = URL(fileURLWithPath: #filePath)
    .appendingPathComponent("../../../Sources/OOMExplorer/campaign.schema.json").standardized.path

  /// What Debian's validator says of a document, empty when it is valid.
  private func problems(_ document: String, in folder: URL) async throws -> String {
    // Debian's: another python3 in the path may lack the module.
    let outcome = try await Command(
      program: "/usr/bin/python3", arguments: ["-m", "jsonschema", "-i", document, Self.schema]
    ).run(in: folder)
    let said = outcome.output + outcome.errors
    #expect((outcome.status == 0) == said.isEmpty, "\(said)")
    return said
  }

  @Test(
    "is valid, from each engine, with findings and without, and made of the file",
    arguments: [
      ("unchecked_crash", "server"), ("unchecked_crash", "split"), ("cleanup_leak", "rerun"),
      ("cleanup_leak-good", "split"),
    ])
  func valid(_ program: String, _ engine: String) async throws {
    try await inScratchFolder { folder in
      let found = try await Campaign(
        program: Products.scenario("malloc/campaign_\(program)"), engine: engine
      ).run(in: folder)
      #expect(!found.verdicts.isEmpty, "\(found.outcome.errors)")
      #expect(try await problems("report.json", in: folder) == "")
      let report = try await Command(
        program: try Products.zleakcheck(),
        arguments: ["report", "--format", "json", "--output", "again.json", "state.zcampaign"]
      ).run(in: folder)
      #expect(report.status == 0, "\(report.errors)")
      #expect(try await problems("again.json", in: folder) == "")
    }
  }

  static let mistakes = [
    ("\"trials\"", "\"trial\""), ("\"isBroken\": true", "\"isBroken\": 1"),
    ("\"verdict\": \"crashed\"", "\"verdict\": \"smashed\""), ("\"untried\": 0", "\"untried\": -1"),
  ]

  @Test("the schema has an opinion", arguments: mistakes)
  func invalid(_ part: String, _ other: String) async throws {
    try await inScratchFolder { folder in
      _ = try await Campaign(
        program: Products.scenario("malloc/campaign_unchecked_crash"), engine: "server"
      ).run(in: folder)
      let file = folder.appendingPathComponent("report.json")
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(text.contains(part), "\(text)")
      try Data(text.replacingOccurrences(of: part, with: other).utf8).write(to: file)
      #expect(try await problems("report.json", in: folder) != "")
    }
  }
}
