// A campaign of failed allocations over a program, run by the built command in a scratch folder.
import Foundation

/// A campaign to run.
struct Campaign: Sendable {
  var program: String
  var arguments: [String] = []
  var engine: String = "server"
  /// More flags for `zleakcheck fuzz`.
  var flags: [String] = []
  var input = ""
  /// What to add to the environment.
  var environment: [String: String] = [:]

  /// What a campaign found.
  struct Findings {
    var outcome: Outcome
    /// The verdicts of all trials, by their names.
    var verdicts: [String: String]
    /// The statuses of the runs, by the names of the trials.
    var statuses: [String: Int]
    /// The engines that were used, by the names of the trials.
    var engines: [String: String]
    /// The verdicts and titles of the findings.
    var findings: [[String: Any]]
    var remarks: [String]

    /// The verdicts, each once.
    var kinds: Set<String> { Set(verdicts.values) }
    /// Their names in the next build.
    var identifiers: Set<String> { Set(findings.compactMap { $0["id"] as? String }) }
  }

  /// Runs it; the campaign's file stays in `folder`.
  func run(in folder: URL, state: String = "state.zcampaign") async throws -> Findings {
    let outcome = try await command(state: state).run(in: folder)
    return try Self.read(outcome, folder, state)
  }

  /// The command that runs it.
  func command(state: String = "state.zcampaign") throws -> Command {
    var command = Command(program: try Products.zleakcheck())
    command.arguments =
      ["fuzz", "--engine", engine, "--state", state, "--format", "json", "--output", "report.json"]
      + timeLimit + flags + ["--", program] + arguments
    command.input = input
    command.environment = environment
    return command
  }

  /// Generous where nothing is to hang: one stall of a loaded machine would be a finding.
  private var timeLimit: [String] {
    flags.contains("--time-limit") ? [] : ["--time-limit", "30"]
  }

  /// What a campaign left behind.
  static func read(_ outcome: Outcome, _ folder: URL, _ state: String) throws -> Findings {
    var verdicts: [String: String] = [:]
    var statuses: [String: Int] = [:]
    var engines: [String: String] = [:]
    let file = folder.appendingPathComponent(state)
    if let text = try? String(contentsOf: file, encoding: .utf8) {
      for line in text.split(separator: "\n") {
        let value = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        for name in value?["forgotten"] as? [String] ?? [] { verdicts[name] = nil }
        guard let trial = value?["trial"] as? String else { continue }
        verdicts[trial] = value?["verdict"] as? String
        statuses[trial] = value?["status"] as? Int
        engines[trial] = value?["engine"] as? String
      }
    }
    let report = folder.appendingPathComponent("report.json")
    let data = try? Data(contentsOf: report)
    let value = try data.map { try JSONSerialization.jsonObject(with: $0) } as? [String: Any]
    return Findings(
      outcome: outcome, verdicts: verdicts, statuses: statuses, engines: engines,
      findings: value?["findings"] as? [[String: Any]] ?? [],
      remarks: value?["remarks"] as? [String] ?? [])
  }
}
