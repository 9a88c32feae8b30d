// Which engine each failure was tried by, and why: a verdict that is right by another engine than
// the one that was asked for is no evidence for that one.
import Foundation
import Testing

@Suite("Engines of campaigns")
struct CampaignEngineTests {
  private func run(
    _ program: String, _ engine: String, _ arguments: [String] = [], _ flags: [String] = [],
    in folder: URL
  ) async throws -> Campaign.Findings {
    try await Campaign(
      program: Products.scenario("malloc/campaign_\(program)"), arguments: arguments,
      engine: engine, flags: flags
    ).run(in: folder)
  }

  /// Programs, and the engines of their failures where `split` was asked for.
  static let splits: [(program: String, engines: Set<String>)] = [
    ("unchecked_crash", ["split"]), ("cleanup_leak", ["split", "rerun"]),
    ("free_twice", ["split"]),
    ("late_sites", ["split"]), ("threads_run", ["split", "rerun"]), ("timer_runs", ["rerun"]),
    ("timer_created", ["rerun"]), ("signals_group", ["rerun"]),
  ]

  @Test("split is what tries where it can, rerun where it cannot", arguments: splits)
  func split(_ program: String, _ engines: Set<String>) async throws {
    try await inScratchFolder { folder in
      let found = try await run(program, "split", in: folder)
      #expect(!found.engines.isEmpty)
      #expect(Set(found.engines.values) == engines, "\(found.engines) \(found.remarks)")
    }
  }

  /// Builds a program `p` and a library `l.so` that comes with it.
  private func build(_ program: String, _ library: String, in folder: URL) async throws {
    for (name, text) in [("l.c", library), ("p.c", program)] {
      try Data(("#include <stdlib.h>\n" + text).utf8).write(
        to: folder.appendingPathComponent(name))
    }
    let build = "gcc -w -shared -fPIC -o l.so l.c && gcc -w -o p p.c -Wl,--no-as-needed $PWD/l.so"
    let built = try await Command(program: "sh", arguments: ["-c", build]).run(in: folder)
    try #require(built.status == 0, "\(built.errors)")
  }

  @Test("server tries all from main on, rerun what lies before", arguments: ["server", "split"])
  func beforeMain(_ engine: String) async throws {
    try await inScratchFolder { folder in
      try await build(
        """
        extern void *early;
        static void *own;
        __attribute__((constructor)) static void prepare(void) { own = malloc(10); }
        int main(void) {
          void *late = malloc(20);
          free(late);
          return early && own && late ? 0 : 3;
        }
        """,
        """
        void *early;
        __attribute__((constructor)) static void prepare(void) { early = malloc(10); }
        """, in: folder)
      let found = try await Campaign(program: "./p", engine: engine).run(in: folder)
      #expect(found.kinds == ["reported"], "\(found.outcome.errors)")
      let counts = Dictionary(grouping: found.engines.values) { $0 }.mapValues(\.count)
      // The program's own constructor comes after all libraries', and after the fork.
      #expect(counts == (engine == "server" ? ["rerun": 2, "server": 4] : ["split": 6]))
    }
  }

  // The way is by far the most of the run, or nothing of it, also where the machine is loaded.
  @Test(
    "auto says which engine it takes, and why",
    arguments: [
      ("usleep(100000);", "", "split", "engine split: the way to a site is"),
      ("", "usleep(100000);", "server", "engine server: the program need not be loaded again"),
    ])
  func auto(
    _ before: String, _ after: String, _ engine: String, _ sentence: String
  ) async throws {
    try await inScratchFolder { folder in
      try await build(
        """
        #include <unistd.h>
        int main(void) {
          \(before)
          void *block = malloc(8);
          if (!block) return 3;
          free(block);
          \(after)
        }
        """, "int nothing;", in: folder)
      let found = try await Campaign(program: "./p", engine: "auto").run(in: folder)
      #expect(found.remarks.contains { $0.hasPrefix(sentence) }, "\(found.remarks)")
      #expect(Set(found.engines.values) == [engine])
    }
  }

  @Test(
    "auto and server know where no copy can be made before main", arguments: ["auto", "server"])
  func noCopy(_ engine: String) async throws {
    try await inScratchFolder { folder in
      // A library's thread runs before main: a copy would not have it.
      try await build(
        "int main(void) { void *block = malloc(8); if (!block) return 3; free(block); }",
        """
        #include <pthread.h>
        #include <unistd.h>
        static void *wait(void *nothing) { for (;;) pause(); }
        __attribute__((constructor)) static void start(void) {
          pthread_t thread;
          pthread_create(&thread, 0, wait, 0);
        }
        """, in: folder)
      let found = try await Campaign(program: "./p", engine: engine).run(in: folder)
      #expect(found.outcome.status == 0, "\(found.outcome.errors)")
      #expect(Set(found.engines.values) == ["rerun"])
      if engine == "auto" {
        #expect(
          found.remarks.contains("engine rerun: no copy of the program can be made before main"),
          "\(found.remarks)")
      }
    }
  }

  /// A copy fails by an allocation's number; that this was the site's is looked at, not trusted.
  @Test("a site is found where its number is another's in every second run")
  func swappedNumbers() async throws {
    try await inScratchFolder { folder in
      try await build(
        """
        #include <unistd.h>
        static int careful(void) {
          char *block = malloc(24);
          if (!block) return 3;
          free(block);
          return 0;
        }
        static int careless(void) {
          char *block = malloc(24);
          *(volatile char *)block = 1;
          free(block);
          return 0;
        }
        int main(void) {
          int (*calls[2])(void) = {careful, careless};
          int first = getpid() & 1, status = 0;
          for (int i = 0; i < 2 && !status; i++) status = calls[first ^ i]();
          return status;
        }
        """, "int nothing;", in: folder)
      let found = try await Campaign(program: "./p", engine: "server").run(in: folder)
      #expect(found.verdicts.count == 4, "\(found.verdicts)")
      #expect(found.verdicts.values.count { $0 == "crashed" } == 2, "\(found.verdicts)")
      #expect(found.kinds.isSubset(of: ["crashed", "reported"]), "\(found.verdicts)")
    }
  }

  /// A call that is bound late would leave the processor's registers there.
  @Test("a variable that is read before it was written holds the same by each engine")
  func unwritten() async throws {
    try await inScratchFolder { folder in
      try await compileProgram(
        """
        #include <stdlib.h>
        int main(void) {
          volatile unsigned long words[256];
          int spoiled = 0;
          if (malloc(8)) return 0;
          for (int i = 0; i < 256; i++) spoiled += words[i] == 0xA5A5A5A5A5A5A5A5;
          return 2 + spoiled % 80;
        }
        """, as: "p", ["-Wl,-z,lazy"], in: folder)
      for flags in [[], ["--jobs", "2"]] {
        var statuses: Set<[String: Int]> = []
        for engine in ["rerun", "server", "split"] {
          let found = try await Campaign(program: "./p", engine: engine, flags: flags).run(
            in: folder, state: "\(engine)\(flags.count).zcampaign")
          #expect(found.statuses.count == 2, "\(found.outcome.errors)")
          statuses.insert(found.statuses)
        }
        #expect(statuses.count == 1, "\(statuses)")
      }
    }
  }

  static let effects = [
    "write", "append", "mmap", "unlink", "rename", "socket", "pipe", "tty", "kill", "exec",
  ]

  @Test("outside: what others would see is done by rerun alone", arguments: effects)
  func outside(_ effect: String) async throws {
    try await inScratchFolder { folder in
      let found = try await run("outside", "split", [effect], in: folder)
      #expect(found.kinds == ["reported"], "\(found.verdicts)")
      #expect(Set(found.engines.values) == ["rerun"])
      #expect(found.engines.count == 2)
      // The run that was split looks itself whether its file is as it was.
      #expect(!found.remarks.contains { $0.contains("did not end as the plain") })
    }
  }

  @Test("what is slow on its error path is not hung")
  func slowIsNotHung() async throws {
    try await inScratchFolder { folder in
      let found = try await run(
        "slow_error", "server", ["0", "4000"], ["--time-limit", "3"], in: folder)
      #expect(found.kinds == ["hung"])
      #expect(found.findings.map { $0["verdict"] as? String } == ["unstable"])
      #expect(found.outcome.status == 0)
    }
  }

  @Test("what does not break a second time is unstable")
  func unstable() async throws {
    try await inScratchFolder { folder in
      let mark = folder.appendingPathComponent("mark").path
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent("w"), withIntermediateDirectories: true)
      let found = try await run(
        "crashes_first", "rerun", [mark, "1", "0"], ["--folder", "w"], in: folder)
      #expect(found.kinds == ["crashed", "reported"])
      let finding = try #require(found.findings.first)
      #expect(found.findings.count == 1)
      #expect(finding["verdict"] as? String == "unstable")
      #expect(finding["detail"] as? String == "crashed, then reported and reported")
      #expect(found.outcome.status == 0)
    }
  }

  @Test(
    "families: which allocations fail",
    arguments: [("all", 4), ("ztry", 2), ("auto", 4)])
  func families(_ families: String, _ count: Int) async throws {
    try await inScratchFolder { folder in
      var campaign = Campaign(
        program: try Products.scenario("zmalloc/families_mixed"),
        flags: ["--families", families])
      campaign.environment["LD_LIBRARY_PATH"] =
        Products.dist.appendingPathComponent("lib/debug").path
      let found = try await campaign.run(in: folder)
      #expect(found.outcome.status == 0, "\(found.outcome.errors)")
      #expect(found.verdicts.count == count)
    }
  }

  @Test("families: of a Swift program those of the ztry functions fail, and it is said")
  func swiftFamilies() async throws {
    try await inScratchFolder { folder in
      let found = try await Campaign(program: Products.scenario("malloc/hello")).run(in: folder)
      #expect(found.outcome.status == 0, "\(found.outcome.errors)")
      #expect(found.verdicts == [:])
      #expect(found.remarks.contains { $0.hasPrefix("only the allocations of the ztry functions") })
    }
  }
}
