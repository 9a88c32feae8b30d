// Tests in C: sweeps over functions with each mistake and their good twins, and blocks of code with
// plans of their own. The programs link the debug library by themselves.
import Foundation
import Testing

@Suite("Tests in C")
struct SweepTests {
  /// A program of Sweeps, and what its bad twin prints first.
  struct Sweep: Sendable, CustomStringConvertible {
    var program: String
    var verdict: Int
    var output: String
    var text: String

    var description: String { program }
  }

  static let sweeps: [Sweep] = [
    Sweep(
      program: "sweep_swallowed_default", verdict: 1,
      output: "swallowed [nth:1] allocations: 3, findings: 6",
      text: "swallowed (nth:1): an allocation failed, and 0 was returned"),
    Sweep(
      program: "sweep_nondeterministic_count", verdict: 2,
      output: "nondeterministic [] allocations: 3, findings: 1",
      text: "nondeterministic (nothing fails): 3 allocations, then 4"),
    Sweep(
      program: "sweep_leaked_way_back", verdict: 3,
      output: "leaked [nth:3] allocations: 3, findings: 2",
      text: "leaked (nth:3): 1 block (56 bytes) not freed"),
    Sweep(
      program: "sweep_leaked_realloc", verdict: 3,
      output: "leaked [nth:2] allocations: 6, findings: 10",
      text: "leaked (nth:2): 1 block (8 bytes) not freed"),
    Sweep(
      program: "sweep_crashed_unchecked", verdict: 4,
      output: "crashed [from:1] allocations: 3, findings: 4",
      text: "crashed (from:1): ended by SIGSEGV"),
    Sweep(
      program: "sweep_crashed_overflow", verdict: 4,
      output: "crashed [nth:1] allocations: 1, findings: 1",
      text: "crashed (nth:1): ended by SIGABRT"),
    Sweep(
      program: "sweep_crashed_stale", verdict: 4,
      output: "crashed [] allocations: 0, findings: 1",
      text: "crashed (nothing fails): ended by SIGABRT"),
    Sweep(
      program: "sweep_crashed_exit", verdict: 4,
      output: "crashed [nth:1] allocations: 1, findings: 2",
      text: "crashed (nth:1): exit(3) before it returned"),
    Sweep(
      program: "sweep_crashed_exception", verdict: 4,
      output: "crashed [nth:1] allocations: 1, findings: 2",
      text: "crashed (nth:1): it was left by an exception"),
    Sweep(
      program: "sweep_hung_retry", verdict: 5,
      output: "hung [from:1] allocations: 1, findings: 1",
      text: "hung (from:1): it did not return within 2000 ms, nor within twice that"),
    Sweep(
      program: "sweep_failed_always", verdict: 6,
      output: "failed [] allocations: 0, findings: 1",
      text: "failed (nothing fails): it returned 22 though no allocation had failed"),
  ]

  @Test("sweep: each mistake has its verdict, and its good twin none", arguments: sweeps)
  func sweep(_ sweep: Sweep) async throws {
    try await inScratchFolder { folder in
      let outcome = try await run(sweep.program, in: folder)
      #expect(outcome.status == sweep.verdict)
      #expect(outcome.output == "\(sweep.output)\n\(sweep.text)\n")
      #expect(outcome.errors.contains("zmalloc: sweep: \(sweep.text)"))
    }
    try await inScratchFolder { folder in
      let good = try await run(sweep.program + "-good", in: folder)
      #expect(good.status == 0 && good.errors.isEmpty)
      #expect(good.output.hasPrefix("passed []"))
      #expect(try recordings(in: folder).isEmpty)
    }
  }

  @Test("sweep: the first finding leaves one recording, which its line names")
  func recording() async throws {
    try await inScratchFolder { folder in
      let outcome = try await run("sweep_leaked_way_back", in: folder)
      let files = try recordings(in: folder)
      #expect(files.count == 1)
      #expect(outcome.errors.contains("; zleakcheck report "))
      #expect(outcome.errors.contains(files.first ?? "none"))
      let report = try await Report(of: files, in: folder)
      #expect(report.lostBlockCount == 1 && report.lostByteCount == 56)
      #expect(report.text.contains("sweep_leaked_way_back.c"))
    }
  }

  @Test("sweep_passed_threads: allocations of other threads of the run count")
  func threads() async throws {
    try await inScratchFolder { folder in
      let outcome = try await run("sweep_passed_threads", in: folder)
      #expect(outcome.status == 0 && outcome.errors.isEmpty)
      #expect(outcome.output.hasPrefix("passed [] allocations: 2, findings: 0\n"))
    }
  }

  @Test("sweep_passed_limit: more allocations than are to fail")
  func limit() async throws {
    try await inScratchFolder { folder in
      let outcome = try await run("sweep_passed_limit", in: folder)
      #expect(outcome.status == 0 && outcome.errors.isEmpty)
      #expect(outcome.output.hasSuffix("passed: 100 of 1000 allocations failed in turn\n"))
    }
  }

  @Test("sweep: without the layer, and under another, there is none, and it says so")
  func off() async throws {
    try await inScratchFolder { folder in
      let outcome = try await run("sweep_leaked_way_back", options: "off", in: folder)
      #expect(outcome.status == 7)
      #expect(
        outcome.errors
          == "zmalloc: sweep: not swept: the debug layer is off: set ZMALLOC_DEBUG=on\n")
      var command = try program("sweep_leaked_way_back")
      command.arguments = ["run", "--", command.program]
      command.program = try Products.zleakcheck()
      let watched = try await command.run(in: folder)
      #expect(watched.status == 7)
      #expect(watched.output.contains("zleakcheck's layer is in force"))
    }
  }

  @Test("regions: blocks of code nest, and end however they are left")
  func nested() async throws {
    try await inScratchFolder { folder in
      let outcome = try await run("regions_nested_plans", in: folder)
      let lines = """
        outer 1: block
        inner 1: NULL
        inner 2: block
        without: block
        outer 2: NULL
        outer 3: block
        after: block
        after break: block
        after return: block
        schedule 1: block
        schedule 2: NULL
        schedule 3: block

        """
      #expect(outcome == Outcome(status: 0, output: lines, errors: ""))
    }
  }

  @Test("regions: what a block of code allocates, fails and does not free is counted")
  func counts() async throws {
    try await inScratchFolder { folder in
      let outcome = try await run("regions_counts_leak", in: folder)
      let lines = """
        inner: 4 points, 0 faults, 2 blocks, 150 bytes
        outer: 4 points, 1 faults, 1 blocks, 100 bytes
        none: 1 points, 0 faults, 0 blocks, 0 bytes

        """
      #expect(outcome == Outcome(status: 0, output: lines, errors: ""))
    }
  }

  @Test("regions_seeded_rate: what is drawn by chance starts from the seed of the environment")
  func seeded() async throws {
    try await inScratchFolder { folder in
      var seen: [String] = []
      for options in ["on", "on,seed=7", "on,seed=8", "on,seed=7"] {
        let outcome = try await run("regions_seeded_rate", options: options, in: folder)
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        #expect((16...48).contains(outcome.output.count { $0 == "x" }))
        seen.append(outcome.output)
      }
      #expect(Set(seen).count == 3)
      #expect(seen[1] == seen[3])
    }
  }

  @Test("regions_counts_many: the count is right after half a million blocks")
  func many() async throws {
    try await inScratchFolder { folder in
      let outcome = try await run("regions_counts_many", in: folder)
      #expect(outcome == Outcome(status: 0, output: "right\n", errors: ""))
    }
  }

  @Test("regions: a plan that cannot be read, and a layer that is off, end the program")
  func refused() async throws {
    try await inScratchFolder { folder in
      let bad = try await run("regions_refused_plan", in: folder)
      #expect(bad.status == 134 && bad.output.isEmpty)
      #expect(firstLine(of: bad.errors).hasPrefix("zmalloc: nht:3: no fault plan"))
      let good = try await run("regions_refused_plan-good", in: folder)
      #expect(good == Outcome(status: 0, output: "in the block\n", errors: ""))
      let off = try await run("regions_refused_plan-good", options: "off", in: folder)
      #expect(off.status == 134)
      #expect(off.errors == "zmalloc: the debug layer is off: set ZMALLOC_DEBUG=on\n")
    }
  }

  /// The program as it stands in a folder of the scenarios, over the debug library.
  private func program(_ name: String, options: String? = nil) throws -> Command {
    var command = Command(program: try Products.scenario("testing/\(name)"))
    let debug = Products.dist.appendingPathComponent("lib/debug").path
    command.environment["LD_LIBRARY_PATH"] = debug
    command.environment["ZMALLOC_DEBUG"] = options
    return command
  }

  private func run(
    _ name: String, options: String? = nil, in folder: URL
  ) async throws -> Outcome {
    try await program(name, options: options).run(in: folder)
  }
}
