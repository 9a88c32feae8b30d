// Programs that use LeakSanitizer's functions run as they are: what they ignore is no leak, what
// they call a root is one, and their own checks, options and rules count.
import Foundation
import Testing

@Suite("LeakSanitizer's functions")
struct SanitizerTests {
  static let leaks: [Leak] = [
    Leak(Scenario("lsan_disabled_block"), blocks: 2, bytes: 128, entries: 1),
    Leak(Scenario("lsan_disabled_nested"), blocks: 1, bytes: 48, entries: 1),
    Leak(Scenario("lsan_disabled_thread"), blocks: 1, bytes: 72, entries: 1),
    Leak(Scenario("lsan_disabled_grown"), blocks: 1, bytes: 240, entries: 1),
    Leak(Scenario("lsan_ignored_object"), blocks: 2, bytes: 128, entries: 1),
    Leak(Scenario("lsan_ignored_interior"), blocks: 2, bytes: 128, entries: 1),
    Leak(Scenario("lsan_region_shared"), blocks: 2, bytes: 96, entries: 1),
    Leak(Scenario("lsan_region_part"), blocks: 1, bytes: 88, entries: 1),
    Leak(Scenario("lsan_turned_off"), blocks: 1, bytes: 120, entries: 1),
  ]

  @Test("leak", arguments: leaks, Entrance.allCases)
  func leak(_ leak: Leak, _ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let outcome = try await leak.scenario.run(at: entrance, in: folder)
      #expect(outcome.status == 23)
      let line = entrance == .linked ? leak.line : ""
      #expect(outcome.errors.hasPrefix(line), "\(outcome.errors)")
      let report = try await Report(of: recordings(in: folder), in: folder)
      #expect(report.lostBlockCount == leak.blockCount)
      #expect(report.lostByteCount == leak.byteCount)
      #expect(report.leaks.count == leak.entryCount)
    }
    try await expectSilence(leak.scenario.goodTwin, at: entrance)
  }

  @Test(
    "lsan_check_last: it ends the program at once, or is the last", arguments: Entrance.allCases)
  func lastCheck(_ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let outcome = try await Scenario("lsan_check_last").run(at: entrance, in: folder)
      #expect(outcome.status == 23)
      #expect(outcome.output == "")
      let report = try await Report(of: recordings(in: folder), in: folder)
      #expect(report.lostBlockCount == 1)
      #expect(report.lostByteCount == 56)
    }
    try await inScratchFolder { folder in
      let outcome = try await Scenario("lsan_check_last-good").run(at: entrance, in: folder)
      #expect(outcome == Outcome(status: 0, output: "went on\n", errors: ""))
      #expect(try recordings(in: folder).isEmpty)
    }
  }

  @Test("lsan_check_again: it says whether something is lost", arguments: Entrance.allCases)
  func checkAgain(_ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let outcome = try await Scenario("lsan_check_again").run(at: entrance, in: folder)
      #expect(outcome.status == 23)
      #expect(outcome.output == "01\n")
      // One recording of the check, one of the end.
      let files = try recordings(in: folder)
      #expect(files.count == 2)
      let report = try await Report(of: files, in: folder)
      #expect(report.recordings.map(\.totals.leakedBlocks) == [1, 1])
    }
    try await inScratchFolder { folder in
      let outcome = try await Scenario("lsan_check_again-good").run(at: entrance, in: folder)
      #expect(outcome == Outcome(status: 0, output: "00\n", errors: ""))
    }
  }

  @Test("lsan_own_options: the program's own status and roots", arguments: Entrance.allCases)
  func ownOptions(_ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let outcome = try await Scenario("lsan_own_options").run(at: entrance, in: folder)
      #expect(outcome.status == 77)
    }
    try await expectSilence(Scenario("lsan_own_options-good"), at: entrance)
    // The variable wins over the program.
    var scenario = Scenario("lsan_own_options")
    scenario.environment = ["LSAN_OPTIONS": "use_globals=1"]
    try await expectSilence(scenario, at: entrance)
  }

  @Test(
    "LSAN_OPTIONS leaves out a kind of root",
    arguments: [
      ("kept_global_chain", "use_globals"), ("kept_stack_main", "use_stacks"),
      ("kept_tls_static", "use_tls"), ("lsan_region_part-good", "use_root_regions"),
    ], Entrance.allCases)
  func roots(_ kind: (program: String, flag: String), _ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      var scenario = Scenario(kind.program)
      scenario.environment = ["LSAN_OPTIONS": "verbosity=0 \(kind.flag)=0"]
      let outcome = try await scenario.run(at: entrance, in: folder)
      #expect(outcome.status == 23)
    }
    var scenario = Scenario(kind.program)
    scenario.environment = ["LSAN_OPTIONS": "\(kind.flag)=1"]
    try await expectSilence(scenario, at: entrance)
  }

  @Test(
    "other threads' locals are roots by themselves, not as a part of their stacks or the linker's",
    arguments: ["static-local", "library-local"], Entrance.allCases)
  func locals(_ kind: String, _ entrance: Entrance) async throws {
    let root = RootCase(kind: kind, threads: 8)
    var scenario = root.scenario.goodTwin
    scenario.environment = ["LSAN_OPTIONS": "use_stacks=0:use_ld_allocations=0"]
    try await expectSilence(scenario, at: entrance)
    // Below a linked layer libc's own blocks are a root, and with them what libc has for a library.
    guard entrance == .preload || kind == "static-local" else { return }
    scenario.environment["LSAN_OPTIONS", default: ""] += ":use_tls=0"
    try await inScratchFolder { folder in
      let outcome = try await scenario.run(at: entrance, in: folder)
      #expect(outcome.status == 23)
    }
  }

  @Test(
    "LSAN_OPTIONS sets the status for leaks; ZMALLOC_DEBUG's words win",
    arguments: Entrance.allCases)
  func status(_ entrance: Entrance) async throws {
    let expected: [(flags: String, options: String, status: Int)] = [
      ("exitcode=9", "", 9), ("exitcode=0", "", 0), ("exitcode=9", "exit=set", 23),
      ("detect_leaks=0", "", 0), ("leak_check_at_exit=0", "", 0),
      ("detect_leaks=0", "leaks", 23),
    ]
    for (flags, options, status) in expected {
      try await inScratchFolder { folder in
        var scenario = Scenario("leak_simple_root", options: options)
        scenario.environment = ["LSAN_OPTIONS": flags]
        let outcome = try await scenario.run(at: entrance, in: folder)
        #expect(outcome.status == status, "\(flags) \(options)")
      }
    }
  }

  @Test("a linked layer obeys rules for its status, its line and its checks")
  func rules() async throws {
    try await inScratchFolder { folder in
      let outcome = try await Scenario("lsan_own_rules").run(at: .linked, in: folder)
      #expect(outcome.status == 23)
      #expect(outcome.errors.hasPrefix("zmalloc: 1 block (40 bytes) leaked; zleakcheck report "))
    }
    try await expectSilence(Scenario("lsan_own_rules-good"), at: .linked)
    let rules: [(text: String, line: String)] = [
      ("leak:make_first\n", "zmalloc: 1 block (128 bytes) leaked; "),
      ("# none\nleak:^make_middle$ # why", "zmalloc: 2 blocks (192 bytes) leaked; "),
      ("leak:make until=2020-01-01", "zmalloc: 4 blocks (240 bytes) leaked; "),
      ("leak:make site=0123456789abcdef", "zmalloc: 4 blocks (240 bytes) leaked; "),
      ("leak:make until=2999-12-31", ""), ("leak:/lsan_rules_tree$", ""),
    ]
    for (text, line) in rules {
      try await inScratchFolder { folder in
        let file = folder.appendingPathComponent("r.txt")
        try text.write(to: file, atomically: true, encoding: .utf8)
        var scenario = Scenario("lsan_rules_tree")
        scenario.environment = ["LSAN_OPTIONS": "suppressions=r.txt"]
        let outcome = try await scenario.run(at: .linked, in: folder)
        #expect(outcome.status == (line.isEmpty ? 0 : 23), "\(text)")
        #expect(outcome.errors.hasPrefix(line), "\(text): \(outcome.errors)")
        #expect(outcome.errors.isEmpty == line.isEmpty)
      }
    }
    try await inScratchFolder { folder in
      let file = folder.appendingPathComponent("r.txt")
      try "leak:^work$\n".write(to: file, atomically: true, encoding: .utf8)
      var scenario = Scenario("lsan_check_last")
      scenario.environment = ["LSAN_OPTIONS": "suppressions=r.txt"]
      let outcome = try await scenario.run(at: .linked, in: folder)
      #expect(outcome == Outcome(status: 0, output: "went on\n", errors: ""))
    }
  }

  @Test("what is not obeyed is said once")
  func unknown() async throws {
    var scenario = Scenario("leak_simple_root-good")
    scenario.environment = ["LSAN_OPTIONS": "use_globel=0:use_unaligned=1:max_leaks=many"]
    let sentences = [
      "LSAN_OPTIONS: 'use_globel' is not known",
      "LSAN_OPTIONS: 'use_unaligned' does not apply here",
      "LSAN_OPTIONS: 'max_leaks' has a value that it does not take",
    ]
    try await inScratchFolder { folder in
      let outcome = try await scenario.run(at: .linked, in: folder)
      #expect(outcome.errors == sentences.map { "zmalloc: \($0)\n" }.joined())
    }
    try await inScratchFolder { folder in
      let outcome = try await scenario.run(at: .preload, in: folder)
      #expect(outcome.status == 0)
      #expect(outcome.errors == "")
      let report = folder.appendingPathComponent("report.txt")
      let text = try String(contentsOf: report, encoding: .utf8)
      for sentence in sentences { #expect(text.contains("zleakcheck: \(sentence)\n")) }
    }
  }
}
