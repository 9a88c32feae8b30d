// What is lost is counted, and what something still reaches is not.
import Foundation
import Testing

/// A scenario with what it loses.
struct Leak: Sendable, CustomStringConvertible {
  var scenario: Scenario
  /// Lost blocks, the held ones included.
  var blockCount: Int
  /// Their bytes.
  var byteCount: Int
  /// Entries of the report: one for each root cause; `nil` where that is not the question.
  var entryCount: Int?
  /// The state of every entry: `root`, `cycle`.
  var state: String
  /// What the first line of an entry has to tell.
  var heads: String

  init(
    _ scenario: Scenario, blocks: Int, bytes: Int, entries: Int?, state: String = "root",
    heads: String = ""
  ) {
    self.scenario = scenario
    blockCount = blocks
    byteCount = bytes
    entryCount = entries
    self.state = state
    self.heads = heads
  }

  var description: String { scenario.description }

  /// The line that a linked layer prints at the end.
  var line: String {
    "zmalloc: \(blocks(blockCount)) (\(bytes(byteCount))) leaked; zleakcheck report "
  }
}

extension Leak {
  static let all: [Leak] = [
    Leak(Scenario("leak_simple_root"), blocks: 1, bytes: 40, entries: 1),
    Leak(Scenario("leak_simple_root", 0), blocks: 1, bytes: 0, entries: 1),
    Leak(Scenario("leak_simple_root", 1), blocks: 1, bytes: 1, entries: 1),
    Leak(Scenario("leak_simple_root", 70_000), blocks: 1, bytes: 70_000, entries: 1),
    Leak(Scenario("leak_simple_root", 3 << 20, 2), blocks: 2, bytes: 6 << 20, entries: nil),
    Leak(Scenario("leak_simple_root", 32, 5000), blocks: 5000, bytes: 160_000, entries: nil),
    Leak(
      Scenario("leak_tree_seven"), blocks: 7, bytes: 224, entries: 1,
      heads: "1 root of 32 bytes holds 6 blocks"),
    Leak(
      Scenario("leak_tree_interior"), blocks: 2, bytes: 128, entries: 1,
      heads: "1 root of 48 bytes holds 1 block"),
    Leak(Scenario("leak_tree_shared"), blocks: 3, bytes: 128, entries: 2),
    Leak(
      Scenario("leak_cycle_three"), blocks: 3, bytes: 72, entries: 1, state: "cycle",
      heads: "1 cycle of 3 blocks"),
    Leak(
      Scenario("leak_cycle_self"), blocks: 1, bytes: 24, entries: 1, state: "cycle",
      heads: "1 block of 24 bytes that points at itself"),
    Leak(
      Scenario("leak_cycle_tail"), blocks: 5, bytes: 160, entries: 1, state: "cycle",
      heads: "1 cycle of 2 blocks holds 3 other blocks"),
    Leak(
      Scenario("leak_list_long", 100), blocks: 100, bytes: 1600, entries: 1,
      heads: "1 root of 16 bytes holds 99 blocks"),
    Leak(Scenario("leak_list_long", 100_000), blocks: 100_000, bytes: 1_600_000, entries: 1),
    Leak(Scenario("leak_among_many"), blocks: 3, bytes: 48, entries: 1),
    Leak(Scenario("leak_simple_sites"), blocks: 64, bytes: 1536, entries: 64),
    Leak(Scenario("leak_simple_grown"), blocks: 1, bytes: 3000, entries: 1),
    Leak(Scenario("leak_thread_ended"), blocks: 1, bytes: 72, entries: 1),
    Leak(Scenario("leak_simple_overwritten"), blocks: 1, bytes: 128, entries: 1),
    Leak(Scenario("leak_simple_freedHolder"), blocks: 1, bytes: 96, entries: 1),
    Leak(Scenario("leak_shifted_pointer"), blocks: 1, bytes: 32, entries: 1),
    Leak(Scenario("leak_stale_belowExit"), blocks: 1, bytes: 72, entries: 1),
    Leak(Scenario("leak_stale_otherThread"), blocks: 1, bytes: 64, entries: 1),
    Leak(Scenario("exit_tiny_stack"), blocks: 1, bytes: 60, entries: 1),
    Leak(Scenario("constructor_before_main"), blocks: 1, bytes: 36, entries: 1),
    Leak(Scenario("atexit_handlers"), blocks: 1, bytes: 44, entries: 1),
  ]

  /// Every way to end, each after the loss of a block of 60 bytes.
  static let ends: [Leak] = ["exit", "_exit", "_Exit", "quick_exit", "thread", "pthread_exit"].map {
    Leak(Scenario("exit_each_way", [$0]), blocks: 1, bytes: 60, entries: 1)
  }

  /// What only the preload library can see.
  static let preloaded: [Leak] = [
    Leak(Scenario("cpp_leak_object"), blocks: 5, bytes: 434, entries: 1),
    Leak(
      Scenario("dlopen_closed_leak", ["library:allocates", "library:other"]), blocks: 1, bytes: 88,
      entries: 1),
    Leak(Scenario("leakPointer"), blocks: 8, bytes: 8000, entries: nil),
    Leak(Scenario("retainCycle"), blocks: 6, bytes: 672, entries: 1, state: "cycle"),
  ]
}

@Suite("Leaks")
struct LeakTests {
  @Test("leak", arguments: Leak.all + Leak.ends, Entrance.allCases)
  func leak(_ leak: Leak, _ entrance: Entrance) async throws {
    try await expect(leak, at: entrance)
    try await expectSilence(leak.scenario.goodTwin, at: entrance)
  }

  @Test("leak under the preload library alone", arguments: Leak.preloaded)
  func preloaded(_ leak: Leak) async throws {
    try await expect(leak, at: .preload)
    try await expectUndisturbed(leak.scenario.goodTwin, at: .preload)
  }

  @Test("kept", arguments: keptScenarios, Entrance.allCases)
  func kept(_ scenario: Scenario, _ entrance: Entrance) async throws {
    try await expectSilence(scenario, at: entrance)
  }

  static let keptScenarios: [Scenario] =
    [
      "kept_mapped_page", "kept_mapped_page-good",
      "kept_linker_error", "kept_interior_pointer", "kept_tagged_pointer",
      "kept_tagged_high", "kept_zero_size",
      "kept_global_chain",
      "kept_global_initialised", "kept_stack_main", "kept_stack_mainWaits",
      "kept_stack_otherThread", "kept_stack_ownMapping", "kept_tls_static",
      "kept_thread_specific",
      "kept_register_exit", "kept_heap_ofLibc", "kept_stack_signal", "kept_stack_coroutine",
    ].map { Scenario($0) }
    + ["kept_tls_dynamic", "kept_library_global"].map { Scenario($0, ["library:slots"]) }

  @Test("fork_own_leaks: a child answers for its own blocks alone", arguments: Entrance.allCases)
  func forkedChild(_ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let outcome = try await Scenario("fork_own_leaks").run(at: entrance, in: folder)
      if entrance == .preload {
        #expect(outcome.status == 23)
        let report = try await Report(of: recordings(in: folder), in: folder)
        #expect(report.lostBlockCount == 1)
        #expect(report.lostByteCount == 52)
      } else {
        #expect(outcome.status == 0)
        #expect(outcome.errors.hasPrefix("zmalloc: 1 block (52 bytes) leaked; zleakcheck report "))
      }
    }
    try await expectSilence(Scenario("fork_own_leaks-good"), at: entrance)
  }

  @Test("leak_unfreed_reachable: leaks=unfreed asks for everything to be freed")
  func unfreed() async throws {
    let scenario = Scenario("leak_unfreed_reachable", options: "leaks=unfreed")
    try await expect(
      Leak(scenario, blocks: 1, bytes: 48, entries: 1, state: "unfreed"), at: .linked)
    try await expectSilence(scenario.goodTwin, at: .linked)
    try await expectSilence(Scenario("leak_unfreed_reachable"), at: .linked)
  }

  @Test("dlopen_closed_leak: the frames of a library that is gone keep their names")
  func closedLibrary() async throws {
    try await inScratchFolder { folder in
      let scenario = Scenario("dlopen_closed_leak", ["library:allocates", "library:other"])
      _ = try await scenario.run(at: .preload, in: folder)
      let report = try await Report(of: recordings(in: folder), in: folder)
      #expect(report.text.contains("library_allocates"))
      #expect(report.text.contains("allocates.c"))
    }
  }

  @Test("`--show reachable` shows what is in use, by site; it is no finding")
  func showsReachable() async throws {
    try await inScratchFolder { folder in
      let scenario = Scenario("kept_interior_pointer")
      let outcome = try await scenario.run(
        at: .preload, flags: ["--show", "reachable"], in: folder)
      #expect(outcome == Outcome(status: 0, output: "", errors: ""))
      let shown = folder.appendingPathComponent("report.txt")
      let text = try String(contentsOf: shown, encoding: .utf8)
      #expect(text.contains("still reachable: 1 block, 100 bytes"))
      #expect(text.contains("kept_interior_pointer.c:6"))
      let files = try recordings(in: folder)
      for (flags, isShown) in [(["--show", "reachable"], true), ([], false)] {
        let json = try await Command(
          program: Products.zleakcheck(), arguments: ["report", "--format", "json"] + flags + files
        ).run(in: folder).output
        #expect(json.contains("still reachable: 1 block, 100 bytes") == isShown)
        #expect(json.contains("\"reachable\": null") == !isShown)
      }
    }
  }

  @Test("`--exit-code=program` passes the program's own status, the recording holds the leaks")
  func ownStatus() async throws {
    try await inScratchFolder { folder in
      let outcome = try await Scenario("leak_tree_seven")
        .run(at: .preload, flags: ["--exit-code=program"], in: folder)
      #expect(outcome == Outcome(status: 0, output: "", errors: ""))
      let report = try await Report(of: recordings(in: folder), in: folder)
      #expect(report.lostBlockCount == 7)
    }
  }

  @Test("leak_after_freeNull: a block's stack is its own, whatever the call before it was")
  func afterFreeNull() async throws {
    try await inScratchFolder { folder in
      var command = Command(program: try Products.zleakcheck())
      command.environment["LD_LIBRARY_PATH"] =
        Products.dist.appendingPathComponent("lib/debug").path
      command.arguments = [
        "run", "--output", "report.txt", "--",
        try Products.scenario("zmalloc/leak_after_freeNull"),
      ]
      #expect(try await command.run(in: folder).status == 23)
      let report = try await Report(of: recordings(in: folder), in: folder)
      #expect(report.lostBlockCount == 1)
      #expect(report.text.contains("lose_inner") && report.text.contains("lose_middle"))
    }
  }

  private func expect(_ leak: Leak, at entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let outcome = try await leak.scenario.run(at: entrance, in: folder)
      #expect(outcome.status == 23)
      if entrance == .linked {
        #expect(outcome.errors.hasPrefix(leak.line), "expected: \(leak.line)\n\(outcome.errors)")
      } else {
        #expect(outcome.errors == "")
      }
      let report = try await Report(of: recordings(in: folder), in: folder)
      #expect(report.lostBlockCount == leak.blockCount)
      #expect(report.lostByteCount == leak.byteCount)
      if let entryCount = leak.entryCount { #expect(report.leaks.count == entryCount) }
      for entry in report.leaks {
        #expect(entry.state == leak.state)
        #expect(entry.message.hasSuffix(leak.heads), "\(entry.message)")
        #expect(entry.roots + entry.holds.reduce(0) { $0 + $1.blocks } == entry.blocks)
      }
    }
  }
}
