// Allocations that fail on purpose: the program sees NULL and ENOMEM, and what it then does is
// told.
import Foundation
import Testing

@Suite("Failed allocations")
struct FaultTests {
  /// A program under a fault plan, and what it then prints.
  struct Plan: Sendable, CustomStringConvertible {
    var scenario: Scenario
    var output: String

    init(_ program: String, _ plan: String, prints output: String) {
      scenario = Scenario(program, options: plan)
      self.output = output
    }

    var description: String { scenario.description }
  }

  static let plans: [Plan] = [
    Plan("fail_nth_null", "fail=nth:1", prints: "1: ENOMEM\n"),
    Plan("fail_nth_null", "fail=nth:3", prints: "3: ENOMEM\n"),
    Plan("fail_nth_null", "fail=nth:10", prints: "10: ENOMEM\n"),
    Plan("fail_nth_null", "fail=nth:11", prints: ""),
    Plan(
      "fail_nth_null", "fail=from:8", prints: "8: ENOMEM\n9: ENOMEM\n10: ENOMEM\n"),
    Plan("fail_nth_zeroed", "fail=nth:2", prints: "2: ENOMEM\n"),
    Plan("fail_nth_zeroed", "fail=from:3", prints: "3: ENOMEM\n4: ENOMEM\n"),
    Plan("fail_realloc_keeps", "fail=nth:2", prints: "ENOMEM\n"),
    Plan("fail_realloc_keeps", "fail=nth:3", prints: "grown\n"),
    Plan("fail_realloc_shrinks", "fail=nth:2", prints: "ENOMEM\n"),
  ]

  /// The same for the z-functions alone.
  static let linkedPlans: [Plan] = [
    // The program's handler gets the size and may allocate.
    Plan(
      "fail_handler_own", "fail=from:2",
      prints: [2, 3, 4].map { "no memory for \($0 * 1000) bytes\nblock \($0) is NULL\n" }.joined()),
    // No block has a usable size of 0.
    Plan("fail_usable_null", "fail=nth:2", prints: "block usable\nNULL 0\nblock usable\n"),
    Plan(
      "fail_zaligned_each", "fail=from:1",
      prints: "0: ENOMEM, told 1000\n1: ENOMEM, told 0\n2: ENOMEM, told 1002\n"
        + "3: ENOMEM, told 0\n4: ENOMEM, told 1004\n"),
    Plan("fail_zaligned_each", "fail=nth:5", prints: "4: ENOMEM, told 1004\n"),
    Plan("fail_zaligned_each", "fail=nth:6", prints: ""),
    Plan(
      "fail_zaligned_each", "fail=from:1,families=ztry",
      prints: "1: ENOMEM, told 0\n3: ENOMEM, told 0\n"),
  ]

  @Test("fail at the z-functions", arguments: linkedPlans)
  func failLinked(_ plan: Plan) async throws { try await fail(plan, .linked) }

  @Test("fail", arguments: plans, Entrance.allCases)
  func fail(_ plan: Plan, _ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let outcome = try await plan.scenario.run(at: entrance, in: folder)
      #expect(outcome == Outcome(status: 0, output: plan.output, errors: ""))
    }
  }

  @Test(
    "fail_nth_threads: one plan counts the allocations of all threads",
    arguments: Entrance.allCases)
  func threads(_ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let once = try await Scenario("fail_nth_threads", options: "fail=nth:200")
        .run(at: entrance, in: folder)
      #expect(once == Outcome(status: 0, output: "1 failed\n", errors: ""))
      // libc's own allocations for the threads count, too.
      guard entrance == .linked else { return }
      let often = try await Scenario("fail_nth_threads", options: "fail=from:101")
        .run(at: .linked, in: folder)
      #expect(often == Outcome(status: 0, output: "300 failed\n", errors: ""))
      // None is passed over where two threads count at once.
      let each = try await Scenario("fail_nth_threads", 50_000, options: "fail=every:20")
        .run(at: .linked, in: folder)
      #expect(each == Outcome(status: 0, output: "10000 failed\n", errors: ""))
    }
  }

  @Test(
    "fail_ignored_crash: the crash names the allocation that failed", arguments: Entrance.allCases)
  func ignored(_ entrance: Entrance) async throws {
    try await inScratchFolder { folder in
      let scenario = Scenario("fail_ignored_crash", options: "fail=nth:3")
      let outcome = try await scenario.run(at: entrance, in: folder)
      #expect(outcome.status == 139)
      let report = try await Report(of: recordings(in: folder), in: folder)
      #expect(report.crash != nil)
      #expect(report.text.contains("unchecked"))
      #expect(report.text.contains("failed allocation #3"))
    }
    try await expectSilence(Scenario("fail_ignored_crash"), at: entrance)
    try await expectSilence(Scenario("fail_ignored_crash", options: "fail=nth:6"), at: entrance)
  }

  @Test(
    "fail_cleanup_leaks: the way back after a failure loses a block", arguments: Entrance.allCases)
  func cleanup(_ entrance: Entrance) async throws {
    let scenario = Scenario("fail_cleanup_leaks", options: "fail=nth:3")
    try await inScratchFolder { folder in
      let outcome = try await scenario.run(at: entrance, in: folder)
      #expect(outcome.status == 23)
      let report = try await Report(of: recordings(in: folder), in: folder)
      #expect(report.lostBlockCount == 1)
      #expect(report.lostByteCount == 56)
    }
    try await expectSilence(scenario.goodTwin, at: entrance)
    try await expectSilence(Scenario("fail_cleanup_leaks"), at: entrance)
  }

  @Test("fail_handler_abort: an allocation that may not fail ends the program with its size")
  func handlerAborts() async throws {
    try await inScratchFolder { folder in
      let outcome = try await Scenario("fail_handler_abort", options: "fail=nth:2")
        .run(at: .linked, in: folder)
      let line = "zmalloc: Out of memory trying to allocate 1234 bytes"
      #expect(firstLine(of: outcome.errors) == line)
      #expect(outcome.status == 134)
    }
    try await expectSilence(Scenario("fail_handler_abort"), at: .linked)
  }

  @Test("cpp_new_fails: new throws bad_alloc")
  func newThrows() async throws {
    try await inScratchFolder { folder in
      var failing: [String] = []
      // libstdc++ allocates before main: the program's own first allocation is one of the next few.
      for point in 2...4 {
        let outcome = try await Scenario("cpp_new_fails", options: "fail=nth:\(point)")
          .run(at: .preload, in: folder)
        #expect(outcome.status == 0)
        failing.append(outcome.output)
      }
      #expect(failing.contains("2: bad_alloc\n"))
    }
  }

  @Test("cpp_new_retried: a block that came after a new handler goes back to its kind of delete")
  func newRetries() async throws {
    let kinds = ["", " of 8", " of 16", " of 64"].flatMap { ["new" + $0, "new[]" + $0] }
    let scenario = Scenario("cpp_new_retried", options: "fail=once-per-site")
    try await inScratchFolder { folder in
      let outcome = try await scenario.run(at: .preload, in: folder)
      #expect(outcome.output == kinds.map { $0 + ": a block, the handler ran\n" }.joined())
      #expect(outcome.errors == "")
      #expect(outcome.status == 0)
    }
    try await expectUndisturbed(Scenario("cpp_new_retried"), at: .preload)
  }

  @Test("cpp_new_retried: one failed allocation is enough to have the handler run")
  func newRunsItsHandler() async throws {
    let kinds = ["", " of 8", " of 16", " of 64"].flatMap { ["new" + $0, "new[]" + $0] }
    var handled: [String] = []
    try await inScratchFolder { folder in
      // The C++ library allocates before the program does.
      for number in 1...kinds.count * 3 {
        let scenario = Scenario("cpp_new_retried", options: "fail=nth:\(number)")
        let outcome = try await scenario.run(at: .preload, in: folder)
        #expect(outcome.status == 0)
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.count == kinds.count && lines.allSatisfy { $0.contains(": a block, ") })
        handled += lines.filter { $0.hasSuffix("the handler ran") }.map {
          String($0.prefix { $0 != ":" })
        }
      }
    }
    #expect(handled == kinds)
  }
}
