// Programs whose life is unusual print the same and end the same under the layer, and lose nothing.
import Foundation
import Testing

@Suite("The life of a process")
struct LifeTests {
  @Test("undisturbed", arguments: bothScenarios, Entrance.allCases)
  func both(_ scenario: Scenario, _ entrance: Entrance) async throws {
    try requireRights(for: scenario)
    try await expectUndisturbed(scenario, at: entrance)
  }

  @Test("undisturbed under the preload library", arguments: preloadedScenarios)
  func preloaded(_ scenario: Scenario) async throws {
    try await expectUndisturbed(scenario, at: .preload)
  }

  @Test("the z-functions keep their contract", arguments: contractScenarios)
  func contract(_ scenario: Scenario) async throws {
    try await expectUndisturbed(scenario, at: .linked)
  }

  static let contractScenarios = [
    Scenario("zero_bytes_all"), Scenario("too_large_null"), Scenario("used_memory_threads"),
    Scenario("usable_every_family"), Scenario("names_of_valkey"),
    Scenario("process_resident_grows"), Scenario("process_name_parentheses"),
    Scenario("process_mapped_fields"), Scenario("process_no_descriptor"),
    Scenario("process_heap_of_libc"),
  ]

  static let bothScenarios: [Scenario] =
    [
      "fork_many_threads", "threads_pass_blocks", "threads_short_lived", "threads_tiny_stacks",
      "signal_handler_allocates", "blocks_many_live", "crash_null_write-good",
      "crash_in_thread-good",
      "handler_own_segv", "handler_resumes_segv", "handler_alternate_overflow",
      "handler_abort_returns", "handler_abort_jumps", "signals_ignored_kept",
      "thread_without_state",
    ].map { Scenario($0) }
    + ["chdir", "chroot", "closed", "ids"].map { Scenario("leave_the_place-good", [$0]) }

  static let preloadedScenarios: [Scenario] =
    [
      "vfork_then_exec", "spawn_other_programs", "exec_itself_again",
      "descriptors_unchanged", "descriptors_taken", "streams_closed-good", "cpp_exceptions_deep",
      "cpp_static_objects",
      "cpp_new_fails", "jump_out_of_handler", "usable_size_written", "alignment_every_call",
      "invalid_alignment_refused", "too_large_refused", "zero_bytes_distinct",
      "functions_of_libc", "zeroed_after_use", "contents_survive_realloc", "hello",
      "tasksFoundation", "crashForced-good", "clock_and_signals",
    ].map { Scenario($0) }
    + [
      Scenario("dlopen_deepbind_mixed", ["library:mixed"]),
      Scenario("library_frees_atExit", ["library:other"]),
      Scenario("environment_printed", ["--help", "a b", "", "$HOME", "--"]),
      Scenario("status_own", ["0"], input: "one\ntwo\n"),
      Scenario("status_own", ["1"]), Scenario("status_own", ["23"]), Scenario("status_own", ["24"]),
      Scenario("status_own", ["70"]), Scenario("status_own", ["255"]),
    ]

  @Test(
    "a program that leaves the place where its recording goes still leaves one",
    arguments: ["chdir", "chroot", "closed", "ids"], Entrance.allCases)
  func recordingStays(_ way: String, _ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      // Where the name is given the file is opened at the start: only that survives the loss of
      // privileges.
      let options = entrance == .linked ? "record=%e.%p.zleak" : ""
      let scenario = Scenario("leave_the_place", [way], options: options)
      try requireRights(for: scenario)
      let outcome = try await scenario.run(at: entrance, in: folder)
      #expect(outcome.status == 23)
      #expect(outcome.output == "done\n")
      // A draft in which nothing stands is no recording.
      let files = try recordings(in: folder)
      #expect(files.count == 1)
      #expect(try await Report(of: files, in: folder).lostBlockCount == 1)
    }
  }

  @Test(
    "record_on_request: the program asks, gets its recording and goes on",
    arguments: Entrance.allCases)
  func recordOnRequest(_ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let outcome = try await Scenario("record_on_request", ["now.zleak"])
        .run(at: entrance, in: folder)
      #expect(outcome.status == 23)
      #expect(outcome.output == "went on\n")
      #expect(
        outcome.errors.contains("zmalloc: recording not written to /no/such/folder/now.zleak"))
      let report = try await Command(
        program: Products.zleakcheck(), arguments: ["report", "now.zleak"]
      ).run(in: folder)
      #expect(report.status == 0)
      #expect(report.output.contains("leak: 1 block of 60 bytes"))
      let good = try await Scenario("record_on_request-good", ["good.zleak"])
        .run(at: entrance, in: folder)
      #expect(good.status == 0)
      #expect(good.output == "went on\n")
    }
  }

  @Test("record_on_request: a path that is too long is refused, never cut and written to")
  func recordingTooLong() async throws {
    try await inScratchFolder { folder in
      let path = String(repeating: "./", count: 990) + "names.zleak"
      let outcome = try await Scenario("record_on_request", [path]).run(at: .linked, in: folder)
      #expect(outcome.errors.contains("not so: record(values[1]) == 0"))
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(names.filter { $0.hasPrefix("name") } == [])
    }
  }

  @Test("no way to a recording is left: the program is undisturbed, one line says so")
  func recordingImpossible() async throws {
    let scenario = Scenario("leave_the_place", ["both"])
    try requireRights(for: scenario)
    try await inScratchFolder { folder in
      let outcome = try await scenario.run(at: .linked, in: folder)
      try expectNotWritten(outcome.errors, in: folder)
      #expect(outcome.status == 23)
      #expect(outcome.output == "done\n")
    }
    try await expectUndisturbed(scenario.goodTwin, at: .linked)
  }

  @Test("exec_empty_environment: who leaves the layer behind is named, and prints the same")
  func emptyEnvironment() async throws {
    try await inScratchFolder { folder in
      let outcome = try await Scenario("exec_empty_environment").run(at: .preload, in: folder)
      #expect(outcome.status == 70)
      #expect(outcome.output == "alone\n")
      #expect(outcome.errors.contains("exec_empty_environment could not be watched"))
    }
  }

  @Test("allocator_own_linked: a program that never calls our malloc is named, and prints the same")
  func ownAllocator() async throws {
    try await inScratchFolder { folder in
      let outcome = try await Scenario("allocator_own_linked").run(at: .preload, in: folder)
      #expect(outcome.status == 70)
      #expect(outcome.output == "its own\n")
      #expect(
        outcome.errors.contains(
          "allocator_own_linked could not be watched: it never called our malloc"))
      let report = try String(
        contentsOf: folder.appendingPathComponent("report.txt"), encoding: .utf8)
      #expect(report.contains("allocator_own_linked has a malloc of its own linked in: "))
      #expect(!report.contains("no leaks"))
    }
  }

  @Test("streams_closed: nothing of ours lands in a file that took descriptor 2")
  func closedStreams() async throws {
    try await inScratchFolder { folder in
      let outcome = try await Scenario("streams_closed").run(at: .preload, in: folder)
      #expect(outcome.status == 23)
      #expect(outcome.output == "done\n")
      let data = try String(contentsOf: folder.appendingPathComponent("data"), encoding: .utf8)
      #expect(data == "data\n")
    }
  }

  @Test("a disk that takes no byte disturbs nothing: one line says so")
  func fullDisk() async throws {
    try await inScratchFolder { folder in
      // Through pipes: the limit holds for files alone.
      let script = """
        set -o pipefail
        { LD_PRELOAD="$1" ZMALLOC_DEBUG=on "$2" limit 2>&1 >&3 | cat >&2; } 3>&1 | cat
        """
      let library = try Products.library("libzmalloc-preload.so")
      func run(_ name: String) async throws -> Outcome {
        let program = try Products.scenario("malloc/\(name)")
        return try await Command(
          program: "/bin/bash", arguments: ["-c", script, "bash", library, program]
        ).run(in: folder)
      }
      let outcome = try await run("leave_the_place")
      try expectNotWritten(outcome.errors, in: folder)
      #expect(outcome.status == 23)
      #expect(outcome.output == "done\n")
      let good = try await run("leave_the_place-good")
      #expect(good == Outcome(status: 5, output: "done\n", errors: ""))
    }
  }

  @Test("a folder for recordings that is not there disturbs nothing: one line says so")
  func noFolder() async throws {
    try await inScratchFolder { folder in
      let scenario = Scenario(
        "leave_the_place", ["chdir"], options: "record=/nonexistent/%p.zleak")
      let outcome = try await scenario.run(at: .linked, in: folder)
      try expectNotWritten(outcome.errors, in: folder)
      #expect(outcome.status == 23)
      #expect(outcome.output == "done\n")
    }
  }

}

/// Requires root where a scenario does what root alone may do.
func requireRights(for scenario: Scenario) throws {
  guard scenario.program.hasPrefix("leave_the_place") else { return }
  let isRoots = !Set(scenario.arguments).isDisjoint(with: ["chroot", "both", "ids"])
  try #require(
    !isRoots || geteuid() == 0,
    "\(scenario) changes the root folder or the user: run the tests as root")
}

/// Expects that one line says that no recording could be written, and that there is none, not even
/// a draft.
func expectNotWritten(_ errors: String, in folder: URL) throws {
  let lines = errors.split(separator: "\n")
  #expect(lines.count == 2)
  #expect(lines.first?.hasPrefix("zmalloc: recording not written to ") == true)
  #expect(lines.last == "zmalloc: 1 block (60 bytes) leaked")
  #expect(try recordings(in: folder).isEmpty)
}
