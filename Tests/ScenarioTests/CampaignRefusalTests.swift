// What a campaign refuses, in a sentence and with status 70 or 64, and what it only remarks.
import Foundation
import Testing

@Suite("Campaigns that cannot be")
struct CampaignRefusalTests {
  private func fuzz(_ flags: [String], _ program: [String], in folder: URL) async throws -> Outcome
  {
    // Generous where the test has no limit of its own: a stall is no hang.
    let limit = flags.contains("--time-limit") ? [] : ["--time-limit", "30"]
    return try await Command(
      program: try Products.zleakcheck(),
      arguments: ["fuzz", "--state", "s.z"] + limit + flags + ["--"] + program
    ).run(in: folder)
  }

  @Test(
    "a program that fails by itself",
    arguments: [
      ("int main(void) { *(volatile int *)8 = 1; }", "crashes"),
      ("int main(void) { char *p = malloc(8); free(p); free(p); }", "heap violation"),
      ("int main(void) { malloc(1); raise(9); }", "SIGKILL"),
      ("int main(void) { for (;;); }", "does not end"),
      ("int main(void) { return 0; }", "never called our malloc"),
    ])
  func failing(_ source: String, _ words: String) async throws {
    try await inScratchFolder { folder in
      try await compileProgram(
        "#include <stdlib.h>\n#include <signal.h>\n#include <stdio.h>\n" + source, in: folder)
      let limit = words == "does not end" ? "1" : "30"
      let outcome = try await fuzz(["--time-limit", limit], ["./program"], in: folder)
      #expect(outcome.status == 70)
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
  }

  @Test("a program that the layer cannot enter")
  func unreachable() async throws {
    try await inScratchFolder { folder in
      try await compileProgram(
        "#include <stdlib.h>\nint main(void) { free(malloc(8)); }", ["-static"], in: folder)
      let outcome = try await fuzz([], ["./program"], in: folder)
      #expect(outcome.status == 70)
      #expect(outcome.errors.contains("statically linked"))
      for name in ["./nothing", "/", "program.c"] {
        #expect(try await fuzz([], [name], in: folder).status == 70, "\(name)")
      }
    }
  }

  @Test("a program that becomes another one")
  func replaced() async throws {
    try await inScratchFolder { folder in
      try await compileProgram(
        "#include <unistd.h>\nint main(void) { free(malloc(8)); execl(\"/bin/ls\", \"ls\", 0); }",
        ["-include", "stdlib.h"], in: folder)
      let outcome = try await fuzz([], ["./program"], in: folder)
      #expect(outcome.status == 70)
      #expect(outcome.errors.contains("replaced itself by another program"), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
  }

  @Test("a program that is not the same each time is said to be so, and nothing is lost")
  func drifting() async throws {
    try await inScratchFolder { folder in
      try await compileProgram(
        """
        #include <stdio.h>
        #include <stdlib.h>
        #include <unistd.h>
        int main(void) {
          printf("%d\\n", getpid());
          void *block = malloc(10);
          if (!block) return 3;
          free(block);
        }
        """, in: folder)
      let outcome = try await fuzz([], ["./program"], in: folder)
      #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
      #expect(outcome.output.contains("output is not the same each time"))
      #expect(outcome.output.contains("from byte"))
    }
  }

  @Test("two jobs over a program that asks for memory more or less often each time")
  func driftingJobs() async throws {
    try await inScratchFolder { folder in
      let block = "void *block = malloc(10); if (!block) return 3; free(block);"
      for (number, condition) in ["getpid() % 3", "!!strstr(getcwd(path, 4096), \"lane-01\")"]
        .enumerated()
      {
        try await compileProgram(
          """
          #include <stdlib.h>
          #include <string.h>
          #include <unistd.h>
          static void often(void) { free(malloc(20)); }
          int main(void) {
            char path[4096];
            for (int i = 0; i < \(condition); i++) often();
            \(block)
          }
          """, in: folder)
        for run in 0..<3 {
          let outcome = try await fuzz(
            ["--jobs", "2", "--state", "\(number)-\(run).z"], ["./program"], in: folder)
          #expect(outcome.status == 0, "\(outcome.errors)")
          #expect(outcome.output.contains("no broken out-of-memory path"))
          // One of three runs is like the one before; that a later one comes to a new site is said
          // in other words.
          let differs = outcome.output.contains("the program is not the same each time:")
          if number == 0 && differs {
            #expect(outcome.output.contains("it differs first in often"), "\(outcome.output)")
          }
          // In a folder of its own it is another: the first job tries all.
          if number == 1 { #expect(outcome.output.contains("job 2 was left out: the program is")) }
        }
      }
    }
  }

  /// Runs a campaign over a program that is told of a file, no part of the folder that it works in,
  /// by which it counts its runs.
  private func fuzzCountingRuns(_ flags: [String], in folder: URL) async throws -> Outcome {
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("w"), withIntermediateDirectories: true)
    let paths = ["program", "runs"].map { folder.appendingPathComponent($0).path }
    return try await fuzz(["--engine", "rerun", "--folder", "w"] + flags, paths, in: folder)
  }

  @Test("where two runs differ is said, though no later one differs again")
  func oneOtherRun() async throws {
    try await inScratchFolder { folder in
      // Counts its runs where no copy of the folder is. The third is the second that is counted.
      try await compileProgram(
        """
        #include <fcntl.h>
        #include <stdlib.h>
        #include <unistd.h>
        static int work(int size) {
          void *block = malloc(size);
          free(block);
          return !block;
        }
        static int once(void) { return work(10); }
        int main(int count, char **values) {
          int file = open(values[1], O_WRONLY | O_CREAT | O_APPEND, 0600);
          write(file, ".", 1);
          if (lseek(file, 0, SEEK_CUR) == 3 && once()) return 3;
          if (work(20)) return 3;
          return 0;
        }
        """, in: folder)
      let outcome = try await fuzzCountingRuns([], in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(
        outcome.output.contains("1 allocation in one run, 2 in the next"), "\(outcome.output)")
      #expect(
        outcome.output.contains("which one run came to 0 times and another 1 time"),
        "\(outcome.output)")
    }
  }

  @Test("a site that only a later run comes to is tried too")
  func laterSite() async throws {
    try await inScratchFolder { folder in
      // Counts its runs where no copy of the folder is.
      try await compileProgram(
        """
        #include <stdio.h>
        #include <stdlib.h>
        static int work(int size) {
          void *block = malloc(size);
          free(block);
          return !block;
        }
        int main(int count, char **values) {
          FILE *file = fopen(values[1], "a");
          setvbuf(file, NULL, _IONBF, 0);
          fputc('.', file);
          if (ftell(file) > 5 && work(10)) return 3;
          if (work(20)) return 3;
          return 0;
        }
        """, in: folder)
      let outcome = try await fuzzCountingRuns(["--fail-on", "none"], in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("1 site appeared in a later run alone"))
      let none = Outcome(status: 0, output: "", errors: "")
      // fopen's block and both of work.
      let verdicts = try Campaign.read(none, folder, "s.z").verdicts
      #expect(verdicts.count == 6)
      let report = try await zleakcheck(["report", "s.z"], in: folder)
      #expect(report.output.contains("3 seen, 3 tried"))
      #expect(!report.output.contains("\n  ?"), "every site has a name")
      for name in verdicts.keys {
        let replay = try await zleakcheck(["replay", name, "s.z"], in: folder)
        #expect(replay.status == (verdicts[name] == "crashed" ? 25 : 0), "\(replay.errors)")
      }
    }
  }

  private func zleakcheck(_ arguments: [String], in folder: URL) async throws -> Outcome {
    try await Command(program: try Products.zleakcheck(), arguments: arguments).run(in: folder)
  }

  @Test("a program that comes to another site in each run is left after ten runs, and that is said")
  func endlessSites() async throws {
    try await inScratchFolder { folder in
      try await compileProgram(
        """
        #include <stdio.h>
        #include <stdlib.h>
        static int work(int depth) {
          if (depth > 0) return work(depth - 1) + 0 * depth;
          void *block = malloc(10);
          free(block);
          return !block;
        }
        int main(int count, char **values) {
          FILE *file = fopen(values[1], "a");
          if (!file) return 3;
          setvbuf(file, NULL, _IONBF, 0);
          fputc('.', file);
          return work(ftell(file));
        }
        """, in: folder)
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent("w"), withIntermediateDirectories: true)
      let outcome = try await fuzz(
        ["--engine", "rerun", "--folder", "w", "--fail-on", "none", "--options", "stacks=256"],
        [
          folder.appendingPathComponent("program").path, folder.appendingPathComponent("runs").path,
        ],
        in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("each of ten more runs came to new sites"))
    }
  }

  @Test(
    "flags that say nothing",
    arguments: [
      ["--engine", "fast"], ["--jobs", "0"], ["--depth", "3"], ["--shard", "5/4"],
      ["--shard", "x"], ["--budget", "soon"], ["--fail-on", "everything"],
      ["--families", "some"], ["--shard", "auto"],
    ])
  func flags(_ flags: [String]) async throws {
    try await inScratchFolder { folder in
      let outcome = try await fuzz(flags, ["true"], in: folder)
      #expect(outcome.status == 64, "\(outcome.errors)")
    }
  }

  @Test(
    "the part comes from a cluster's own variables",
    arguments: [
      ["SLURM_ARRAY_TASK_ID": "6", "SLURM_ARRAY_TASK_MIN": "5", "SLURM_ARRAY_TASK_COUNT": "2"],
      ["JOB_COMPLETION_INDEX": "1", "JOB_COMPLETIONS": "2"],
    ])
  func cluster(_ variables: [String: String]) async throws {
    try await inScratchFolder { folder in
      let program = try Products.scenario("malloc/campaign_late_sites")
      var command = Command(program: try Products.zleakcheck())
      command.environment = variables
      let fuzz = ["fuzz", "--time-limit", "30"]
      command.arguments = fuzz + ["--shard", "auto", "--state", "a.z", "--", program]
      #expect(try await command.run(in: folder).status == 0)
      command.environment = [:]
      command.arguments = fuzz + ["--shard", "2/2", "--state", "b.z", "--", program]
      #expect(try await command.run(in: folder).status == 0)
      let none = Outcome(status: 0, output: "", errors: "")
      let parts = try ["a.z", "b.z"].map { try Campaign.read(none, folder, $0).verdicts }
      #expect(parts[0] == parts[1])
      #expect(!parts[0].isEmpty)
    }
  }

  @Test("a file that is another campaign's is not written over")
  func foreignFile() async throws {
    try await inScratchFolder { folder in
      let file = folder.appendingPathComponent("s.z")
      try Data("mine\n".utf8).write(to: file)
      let program = try Products.scenario("malloc/campaign_abort_policy")
      #expect(try await fuzz([], [program], in: folder).status == 70)
      #expect(try String(contentsOf: file, encoding: .utf8) == "mine\n")
    }
  }
}
