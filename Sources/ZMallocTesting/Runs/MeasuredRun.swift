// What happens inside a run: the body in a scope of its own, every realloc moving, a crash recorded
// beside the outcome; then the outcome as a file, and the end without any exit handler.
import CZMallocTesting
import Glibc
import LeakCheckKit
import Synchronization
import Testing
import XCTest
import ZMalloc

/// Where a run leaves what it says.
struct RunFiles: Sendable {
  let folder: String

  var outcome: String { folder + "/outcome" }
  var scope: String { folder + "/scope.zleak" }
  var crash: String { folder + "/crash.zleak" }
  var output: String { folder + "/output" }
  var request: String { folder + "/request" }

  /// Removes what the run before left.
  func clear() {
    for path in [outcome, scope, crash, crash + ".part", output] { unsafe unlink(path) }
  }

  /// The text of one of the files, empty when it is not there.
  func text(_ path: String) -> String {
    guard let bytes = try? OpenFile.contents(of: path) else { return "" }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// What a run left behind.
  func outcome(_ end: RunOutcome.End) -> RunOutcome {
    var outcome = RunOutcome(end: end)
    outcome.record = RunRecord(text(self.outcome))
    outcome.output = text(output)
    outcome.recording =
      (try? OpenFile.contents(of: outcome.record == nil ? crash : scope)) ?? nil
    return outcome
  }
}

/// A run from the inside.
struct MeasuredRun {
  private let scope: AllocationScope
  private let files: RunFiles

  /// Prepares this process, which is a copy or a new one for this run alone.
  init?(_ plan: FaultPlan, _ files: RunFiles) {
    AllocationScope.recordCrash(to: files.crash)
    AllocationScope.moveAlways()
    guard let scope = AllocationScope(plan) else { return nil }
    scope.checkHeap()
    // Nothing else happens in this process.
    scope.coverOthers()
    self.scope = scope
    self.files = files
  }

  /// Runs a body of synchronous code, tells what came of it, and ends the process.
  func perform(_ body: () throws -> String?) -> Never {
    var record = RunRecord()
    let seen = SeenIssues()
    seen.collect {
      do {
        record.ending = .returned(try scope.run(body))
      } catch {
        record.take(error)
      }
    }
    record.issues = seen.texts
    finish(record)
  }

  /// Runs a test's body, tells what came of it, and ends the process.
  func perform(_ body: @Sendable () async throws -> Void) async -> Never {
    var record = RunRecord()
    let seen = SeenIssues()
    let error = Mutex<(any Error)?>(nil)
    await seen.collect {
      do {
        try await scope.run { try await body() }
      } catch let thrown {
        error.withLock { $0 = thrown }
      }
    }
    if let thrown = error.withLock({ $0 }) { record.take(thrown) }
    record.issues = seen.texts
    finish(record)
  }

  private func finish(_ draft: RunRecord) -> Never {
    var record = draft
    record.points = scope.points
    record.faults = scope.faults
    record.unfreedBlocks = scope.unfreedBlocks
    record.unfreedBytes = scope.unfreedBytes
    record.violations = scope.countViolations()
    // The failure's stack is of use with every verdict.
    if record.faults + record.unfreedBlocks + record.violations > 0 {
      _ = scope.record(to: files.scope)
    }
    try? OutputFile.path(files.outcome).write(record.text)
    zmalloc_testing_leave(0)
  }
}

extension RunRecord {
  fileprivate mutating func take(_ error: any Error) {
    ending = .threw(String(describing: error))
    threwExpectation = error is ExpectationFailedError
  }
}

/// The expectations that fail in a run, of either library: they are collected and not reported.
private final class SeenIssues: Sendable {
  private let list = Mutex<[String]>([])

  var texts: [String] { list.withLock { $0 } }

  func add(_ text: String) { list.withLock { $0.append(text) } }

  func collect(_ body: () -> Void) {
    guard !TestFailure.isXCTest else {
      let observer = Observer(self)
      XCTestObservationCenter.shared.addTestObserver(observer)
      return body()
    }
    withKnownIssue(isIntermittent: true) {
      body()
    } matching: { issue in
      self.add(String(describing: issue))
      return true
    }
  }

  func collect(_ body: () async -> Void) async {
    await withKnownIssue(isIntermittent: true) {
      await body()
    } matching: { issue in
      self.add(String(describing: issue))
      return true
    }
  }

  /// Hears of XCTest's failures.
  private final class Observer: NSObject, XCTestObservation {
    private let seen: SeenIssues

    init(_ seen: SeenIssues) { self.seen = seen }

    func testCase(
      _ testCase: XCTestCase, didFailWithDescription description: String, inFile filePath: String?,
      atLine lineNumber: Int
    ) {
      seen.add("\(description) (\(filePath ?? "?"):\(lineNumber))")
    }
  }
}
