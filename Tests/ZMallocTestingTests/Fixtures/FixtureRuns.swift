// Runs fixtures in a process of the same test binary, and looks at its status and at what it says.
import Foundation
import Testing

/// What a process of its own said.
struct FixtureRun {
  let status: Int32
  let output: String
  /// The texts that were attached.
  let attachments: [String]

  /// Runs one fixture.
  init(_ name: String, environment: [String: String] = [:]) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let words =
      name.hasPrefix("Fixture/")
      ? [
        "--testing-library", "swift-testing", "--filter", "\(name)\\(", "--attachments-path",
        folder.path,
      ]
      : ["ZMallocTestingTests.\(name)"]
    (status, output) = try await Self.run(words, environment)
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    attachments = files.compactMap { try? String(contentsOf: $0, encoding: .utf8) }
  }

  private static func run(
    _ words: [String], _ environment: [String: String]
  ) async throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = words
    process.environment = ProcessInfo.processInfo.environment
      .merging(["ZMALLOC_TESTING_FIXTURES": "1", "SWIFT_BACKTRACE": "enable=no"]) { $1 }
      .merging(environment) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let pid = process.processIdentifier
    let killer = Task {
      try await Task.sleep(for: .seconds(120))
      kill(pid, SIGKILL)
    }
    defer { killer.cancel() }
    return await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        let bytes = (try? pipe.fileHandleForReading.readToEnd()) ?? Data()
        process.waitUntilExit()
        let output = String(decoding: bytes, as: UTF8.self)
        continuation.resume(returning: (process.terminationStatus, output))
      }
    }
  }
}

/// Where a fixture stands.
private func fixture(_ text: String) -> String {
  place(text, in: "Fixtures/FixtureTests.swift") + ":"
}

@Suite(.serialized) struct FixtureRuns {
  @Test func `a leak fails its test, names file and line, and attaches the report`() async throws {
    let run = try await FixtureRun("Fixture/leaks")
    #expect(run.status == 1)
    #expect(run.output.contains("1 block (40 bytes) not freed at the end of the test"))
    #expect(run.output.contains(fixture("func leaks()")), "\(run.output)")
    #expect(run.output.contains("leakOne(_:) (Tests/ZMallocTestingTests/\(Place.leak))"))
    #expect(run.attachments.count == 1)
    #expect(run.attachments.first?.contains("not freed: 1 block of 40 bytes") == true)
    #expect(run.attachments.first?.contains(Place.leak) == true)
  }

  @Test func `a heap mistake fails its test and not the process`() async throws {
    let run = try await FixtureRun("Fixture/overflows")
    #expect(run.status == 1)
    #expect(run.output.contains("1 heap violation: heap overflow: 1 byte written past the end of"))
    #expect(run.output.contains(fixture("@Test(.heapChecked)")), "\(run.output)")
    #expect(run.output.contains("Test run with 1 test in 1 suite failed"))
    #expect(run.attachments.first?.contains("heap overflow: 1 byte written") == true)
  }

  @Test func `a plan that fails nothing fails its test`() async throws {
    let run = try await FixtureRun("Fixture/failsNothing")
    #expect(run.status == 1)
    #expect(run.output.contains("the plan nth:7 failed nothing: 1 allocation passed through it"))
  }

  @Test func `an async test that survives passes`() async throws {
    let run = try await FixtureRun("Fixture/isGood")
    #expect(run.status == 0, "\(run.output)")
    let suite = try await FixtureRun("Fixture/Swept/inASuite")
    #expect(suite.status == 0, "\(suite.output)")
  }

  @Test func `an async test that loses a block fails, with both places`() async throws {
    let run = try await FixtureRun("Fixture/losesABlock")
    #expect(run.status == 1)
    #expect(run.output.contains("(2 allocations, 8 runs: 2 reported, 2 leaked)"), "\(run.output)")
    #expect(run.output.contains(fixture("@Test(.failingEveryAllocation) func losesABlock")))
    #expect(run.output.contains("leaked: allocation 2, allocation 2 and all after it: lost 1 bl"))
    #expect(run.output.contains("failed: zmalloc of 48 bytes at loseFirstWhenSecondFails() (Tests"))
    #expect(run.output.contains(Place.second))
    #expect(run.attachments.first?.contains("not freed: 1 block of 24 bytes") == true)
  }

  @Test func `an async test that crashes fails, and the others would go on`() async throws {
    let run = try await FixtureRun("Fixture/crashes")
    #expect(run.status == 1)
    #expect(run.output.contains("crashed: allocation 2: died by SIGSEGV"), "\(run.output)")
    #expect(run.output.contains("crash: SIGSEGV at address 0x8 at trustSecond() (Tests/"))
    #expect(run.attachments.first?.contains("trustSecond()") == true)
  }

  @Test func `an async test that hangs is ended`() async throws {
    let start = ContinuousClock.now
    let run = try await FixtureRun("Fixture/hangs")
    #expect(run.status == 1)
    #expect(run.output.contains("hung: allocation 1: did not end in time"), "\(run.output)")
    #expect(run.output.contains("failed: zmalloc of 8 bytes at Handle.init(_:)"))
    #expect(ContinuousClock.now - start < .seconds(100))
  }

  @Test func `a failed expectation, and damage, fail the test`() async throws {
    let run = try await FixtureRun("Fixture/expectsMemory")
    #expect(run.status == 1)
    #expect(run.output.contains("wrong: allocation 1: Expectation failed"), "\(run.output)")
    let damaged = try await FixtureRun("Fixture/damagesTheHeap")
    #expect(damaged.status == 1)
    #expect(damaged.output.contains("corrupted: allocation 1: 1 heap violation"))
    #expect(damaged.output.contains("past the end of 16-byte block"), "\(damaged.output)")
  }

  @Test func `each case of a parameterized test is swept for itself`() async throws {
    let run = try await FixtureRun("Fixture/hasABadCase")
    #expect(run.status == 1)
    #expect(run.output.contains("with 2 arguments name → \"bad\", count → 2 at"), "\(run.output)")
    #expect(run.output.contains("(2 allocations, 5 runs: 1 reported, 1 leaked)"))
    #expect(!run.output.contains("issue with 2 arguments name → \"good\""))
    #expect(!run.output.contains("issue with 2 arguments name → \"bad\", count → 1"))
  }

  @Test func `a test that fails by itself is told so`() async throws {
    let run = try await FixtureRun("Fixture/failsByItself")
    #expect(run.status == 1)
    #expect(run.output.contains("by itself"))
    #expect(run.output.contains("wrong: no failure: Expectation failed"), "\(run.output)")
  }

  @Test func `without the layer a test is run and a warning says that nothing was checked`()
    async throws
  {
    let run = try await FixtureRun("Fixture/isUnwatched", environment: ["ZMALLOC_DEBUG": "off"])
    #expect(run.status == 0)
    #expect(run.output.contains("nothing was checked"), "\(run.output)")
    let watched = try await FixtureRun("Fixture/isUnwatched")
    #expect(watched.status == 1)
  }

  @Test func `a test of XCTest fails with file and line, and the report in its message`()
    async throws
  {
    let loses = fixture("expectSurvivesEveryAllocationFailure { try loseFirst")
    let asserts = fixture("expectSurvivesEveryAllocationFailure(modes: [.once], mayRecover")
    let run = try await FixtureRun("FixtureXCTests/testLosesABlock")
    #expect(run.status == 1)
    #expect(run.output.contains("\(loses) error: FixtureXCTests.testLosesABlock"))
    #expect(run.output.contains("leaked: allocation 2"), "\(run.output)")
    #expect(run.output.contains("not freed: 1 block of 24 bytes"))
    let asserting = try await FixtureRun("FixtureXCTests/testAssertsMemory")
    #expect(asserting.status == 1)
    #expect(asserting.output.contains("wrong: allocation 1: XCTAssertNotEqual failed"))
    #expect(asserting.output.contains("\(asserts) error: "), "\(asserting.output)")
  }
}
