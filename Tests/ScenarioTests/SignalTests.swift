// A program that crashes dies by the same signal, has said the same, and leaves a recording with
// its stack.
import Foundation
import Testing

@Suite("Crashes")
struct SignalTests {
  /// SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGSEGV.
  static let fatalSignals = [4, 6, 7, 8, 11]

  @Test("crash_every_signal", arguments: fatalSignals, Entrance.allCases)
  func fatal(_ signal: Int, _ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let outcome = try await Scenario("crash_every_signal", signal).run(at: entrance, in: folder)
      #expect(outcome == Outcome(status: 128 + signal, output: "before\n", errors: ""))
      let report = try await Report(of: recordings(in: folder), in: folder)
      #expect(report.crash?.signal == signal)
    }
    try await expectUndisturbed(Scenario("crash_every_signal-good", signal), at: entrance)
  }

  /// SIGTRAP, SIGSYS.
  @Test(
    "crash_goes_on: a trap kills, though after it the program would go on",
    arguments: [5, 31], Entrance.allCases)
  func trap(_ signal: Int, _ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let outcome = try await Scenario("crash_goes_on", signal).run(at: entrance, in: folder)
      #expect(outcome == Outcome(status: 128 + signal, output: "before\n", errors: ""))
    }
    try await expectUndisturbed(Scenario("crash_goes_on-good", signal), at: entrance)
  }

  @Test("a signal that is no crash ends the program as ever", arguments: [1, 2, 13, 15])
  func ordinary(_ signal: Int) async throws {
    try await expectUndisturbed(Scenario("crash_every_signal", signal), at: .linked)
  }

  @Test(
    "a crash is named with the functions on its stack",
    arguments: [
      ("crash_null_write", ["third", "second", "first", "main"]),
      ("crash_in_thread", ["crash"]),
      ("crash_stack_overflow", ["fall", "fall"]),
    ], Entrance.allCases)
  func named(_ crash: (program: String, functions: [String]), _ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let outcome = try await Scenario(crash.program).run(at: entrance, in: folder)
      #expect(outcome.status == 139)
      #expect(outcome.errors == "")
      let report = try await Report(of: recordings(in: folder), in: folder)
      let seen = try #require(report.crash)
      #expect(seen.signal == 11)
      #expect(seen.moment.functions.starts(with: crash.functions), "\(seen.moment.functions)")
      #expect(report.text.contains("\(crash.program).c"))
    }
    try await expectUndisturbed(Scenario(crash.program + "-good"), at: entrance)
  }

  @Test(
    "handler_reraises: a handler that lets the signal end the program", arguments: Entrance.allCases
  )
  func reraised(_ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let outcome = try await Scenario("handler_reraises").run(at: entrance, in: folder)
      #expect(outcome == Outcome(status: 139, output: "handler: once\n", errors: ""))
      let report = try await Report(of: recordings(in: folder), in: folder)
      let crash = try #require(report.crash)
      #expect(crash.signal == 11)
      #expect(crash.hasHandler)
      #expect(crash.moment.functions.starts(with: ["fault", "main"]))
    }
    try await expectSilence(Scenario("handler_reraises-good"), at: entrance)
  }

  @Test(
    "crash_arena_locked: the recording is whole when libc aborts with its arena's lock held",
    arguments: Entrance.allCases)
  func arenaLocked(_ entrance: Entrance) async throws {
    let scenario = Scenario("crash_arena_locked", options: "quarantine=64KiB")
    try await inScratchFolder { folder in
      let outcome = try await scenario.run(at: entrance, in: folder)
      let line = "double free or corruption (!prev)\n"
      #expect(outcome == Outcome(status: 134, output: "", errors: line))
      let files = try recordings(in: folder)
      #expect(files.count == 1 && files.allSatisfy { $0.hasSuffix(".zleak") })
      let report = try await Report(of: files, in: folder)
      #expect(report.crash?.signal == 6)
      #expect(report.crash?.moment.functions.contains("churn") == true)
    }
    try await expectSilence(scenario.goodTwin, at: entrance)
  }

  @Test("crashForced: a Swift program that traps")
  func swiftTrap() async throws {
    try await inScratchFolder { folder in
      let outcome = try await Scenario("crashForced").run(at: .preload, in: folder)
      #expect(outcome.status == 132 || outcome.status == 133)
      #expect(outcome.errors.contains("Unexpectedly found nil"))
      let report = try await Report(of: recordings(in: folder), in: folder)
      #expect(report.crash != nil)
      #expect(report.text.contains("crashForced.swift"))
    }
  }

  // The second would end the process in the middle of the first one's report.
  @Test("two threads that crash at once are one report", arguments: Entrance.allCases)
  func twoThreads(_ entrance: Entrance) async throws {
    for _ in 0..<5 {
      try await inScratchFolder { folder in
        let outcome = try await Scenario("crash_two_threads").run(at: entrance, in: folder)
        #expect(outcome.status == 139)
        let files = try recordings(in: folder)
        #expect(files.count == 1 && files[0].hasSuffix(".zleak"), "\(files)")
        #expect(try await Report(of: files, in: folder).crash != nil)
      }
    }
    try await expectSilence(Scenario("crash_two_threads-good"), at: entrance)
  }

  @Test(
    "a second thread that ends the process waits for the report of the first",
    arguments: ["_exit", "quick_exit", "exit"], Entrance.allCases)
  func secondEnd(_ way: String, _ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let outcome = try await Scenario("exit_second_thread", [way]).run(at: entrance, in: folder)
      #expect(outcome.status == 23)
      let report = try await Report(of: recordings(in: folder), in: folder)
      #expect(report.lostBlockCount == 1)
      #expect(report.lostByteCount == 72)
    }
  }

  // libc's own allocator is left in the middle, too, and may give one piece of memory out twice:
  // what is reported of that is true, and no promise.
  @Test("a jump out of the middle of an allocation does not hang")
  func jump() async throws {
    try await inScratchFolder { folder in
      let outcome = try await Scenario("jump_out_of_handler", 1).run(at: .preload, in: folder)
      // 70: it was not watched; 99: a CHECK of it failed.
      #expect(![Command.timedOut, 70, 99].contains(outcome.status), "\(outcome)")
    }
  }

  @Test("a jump out of a handler between allocations is not blamed")
  func jumpBetween() async throws {
    try await inScratchFolder { folder in
      let outcome = try await Scenario("jump_out_of_handler").run(at: .preload, in: folder)
      #expect(outcome == Outcome(status: 0, output: "went on\n", errors: ""))
    }
  }

  @Test(
    "a handler that allocates in the middle of an allocation gets memory of its own",
    arguments: Entrance.allCases)
  func reentry(_ entrance: Entrance) async throws {
    try await expectSilence(Scenario("signal_handler_allocates", 1), at: entrance)
  }
}
