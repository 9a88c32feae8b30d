// What a campaign leaves: the user's files are as before it, and a run after it is as one without
// it, by each engine; also of programs that signal, wait, and keep time.
import Foundation
import Testing

@Suite("What campaigns leave")
struct CampaignEqualityTests {
  /// A program, what it needs, and how one sees afterwards what it did.
  struct Kind: Sendable, CustomTestStringConvertible {
    var name: String
    var before = "true"
    /// A command for the shell; `campaign_NAME` is a scenario.
    var command: String
    /// What stands before it in a pipe.
    var source = ""
    var after = "true"
    /// Which part of the sites: real programs have many.
    var shard = ""
    var testDescription: String { name }
  }

  static let kinds = [
    Kind(
      name: "sqlite3 on disk, with a database that is there",
      before: "sqlite3 kept.db 'create table t(a); insert into t values (1);'",
      command: "sqlite3 kept.db 'insert into t values (2); select count(*) from t;'",
      after: "sqlite3 kept.db 'select a from t'", shard: "1/16"),
    Kind(
      name: "a real pipe", before: "echo '{\"a\": [1, 2]}' >data.json", command: "jq -c .a",
      source: "cat data.json |", shard: "1/16"),
    Kind(
      name: "git",
      before: "git init -q && echo a >a && git add a && "
        + "git -c user.name=n -c user.email=n@e commit -q -m one && echo b >>a",
      command: "git add a",
      after: "git ls-files -s && git fsck && git status --porcelain -uno",
      shard: "1/32"),
    Kind(name: "signals its group", command: "campaign_signals_group"),
    Kind(name: "ignores SIGCHLD", command: "campaign_children_ignored"),
    Kind(name: "timers", command: "campaign_timer_runs"),
    Kind(name: "threads", command: "campaign_threads_run"),
  ]

  private func shell(_ text: String, in folder: URL) async throws -> Outcome {
    try await Command(program: "sh", arguments: ["-c", text]).run(in: folder)
  }

  /// The paths of a folder with what they hold; what a campaign writes for its user left out.
  private func files(_ folder: URL) async throws -> String {
    let names = "find . -name '.streams-*' -prune -o -name '*.zcampaign*' -o -name report.json"
    let list = try await shell(
      "\(names) -o -type f -print0 | sort -z | xargs -0r sha256sum", in: folder)
    #expect(list.status == 0)
    return list.output
  }

  @Test("the same files, output and status", arguments: kinds, CampaignTests.engines)
  func same(_ kind: Kind, _ engine: String) async throws {
    var words = kind.command
    if words.hasPrefix("campaign_") { words = try Products.scenario("malloc/" + words) }
    let zleakcheck = try Products.zleakcheck()
    let part = kind.shard.isEmpty ? "" : "--shard \(kind.shard)"
    let campaign =
      "\(kind.source) \(zleakcheck) fuzz --engine \(engine) \(part) --time-limit 30 --fail-on none "
      + "--state s.zcampaign --format json --output report.json -- \(words)"
    let plain = "\(kind.source) \(words)"
    let undisturbed = try await inScratchFolder { folder in
      #expect(try await shell(kind.before, in: folder).status == 0)
      return (try await shell(plain, in: folder), try await shell(kind.after, in: folder))
    }
    #expect(undisturbed.0.status == 0)
    try await inScratchFolder { folder in
      #expect(try await shell(kind.before, in: folder).status == 0)
      let before = try await files(folder)
      let outcome = try await shell(campaign, in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let found = try Campaign.read(outcome, folder, "s.zcampaign")
      #expect(!found.verdicts.isEmpty)
      // The run that was split ended as a plain one does.
      #expect(!found.remarks.contains { $0.contains("did not end as the plain") })
      #expect(try await files(folder) == before)
      #expect(try await shell(plain, in: folder) == undisturbed.0)
      #expect(try await shell(kind.after, in: folder) == undisturbed.1)
    }
  }

  @Test(
    "one job and three come to the same verdicts and findings",
    arguments: ["cleanup_leak", "unchecked_crash", "second_failure"], CampaignTests.engines)
  func jobs(_ program: String, _ engine: String) async throws {
    var found: [Campaign.Findings] = []
    for jobs in ["1", "3"] {
      let one = try await inScratchFolder { folder in
        try await Campaign(
          program: Products.scenario("malloc/campaign_\(program)"), engine: engine,
          flags: ["--jobs", jobs]
        ).run(in: folder)
      }
      found.append(one)
    }
    #expect(!found[0].verdicts.isEmpty)
    #expect(found[0].verdicts == found[1].verdicts)
    #expect(found[0].identifiers == found[1].identifiers)
  }
}
