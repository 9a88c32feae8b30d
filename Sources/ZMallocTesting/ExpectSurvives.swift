// `expectSurvivesEveryAllocationFailure`: each allocation of synchronous code fails in turn, in a
// copy of the process, in tests of either library.
import LeakCheckKit
import Testing
import XCTest
import ZMalloc

/// Fails each allocation of synchronous code in turn, and fails the test unless the code survives.
///
/// The body runs in copies of this process, first twice without a failure, then once for each
/// allocation of the z-functions that it makes, until a run in which nothing failed. Every realloc
/// moves its block. The test fails when the body crashes, hangs, loses a block, damages the heap,
/// fails an expectation without throwing, allocates differently each time, or returns although an
/// allocation failed. A body that can do without the memory says so by `mayRecover`.
///
/// ```swift
/// @Test func parses() {
///   expectSurvivesEveryAllocationFailure {
///     let list = try List(parsing: "a,b,c")
///     #expect(list.count == 3)
///   }
/// }
/// ```
///
/// In the copies there is no other thread: a body that waits for one hangs. What the body changes
/// in memory is not seen outside.
///
/// - Parameters:
///   - modes: How allocations fail: one alone, and one and all after it.
///   - mayRecover: Whether a body that returns has recovered, and not swallowed the failure.
///   - timeLimit: What a run may take; one that takes longer has twice the time once more.
///   - pointLimit: The most allocations that are failed in each mode; more fail the test.
///   - fileID: The file of the call.
///   - filePath: Its path.
///   - line: The line of the call.
///   - column: Its column.
///   - body: The code.
/// - Returns: What came of it.
@discardableResult
public func expectSurvivesEveryAllocationFailure(
  modes: [AllocationFailureMode] = AllocationFailureMode.allCases, mayRecover: Bool = false,
  timeLimit: Duration = .seconds(10), pointLimit: Int = 1000, fileID: String = #fileID,
  filePath: StaticString = #filePath, line: UInt = #line, column: Int = #column,
  _ body: () throws -> Void
) -> AllocationFailureSweep {
  let judge = Judge(returning: mayRecover ? .isTolerating : .isSwallowing)
  let sweep = swept(Sweep(modes: modes, judge: judge, pointLimit: pointLimit), timeLimit) {
    try body()
    return nil
  }
  sweep.tell(CallPlace(fileID: fileID, file: filePath, line: line, column: column))
  return sweep
}

/// Fails each allocation of synchronous code in turn, and fails the test unless the code survives;
/// a value that is another one than without failures is a failure that was swallowed.
///
/// As the function for code without a value; a body that returns the same value as without failures
/// has done without the memory. Values are compared by their descriptions.
///
/// - Parameters:
///   - modes: How allocations fail: one alone, and one and all after it.
///   - timeLimit: What a run may take; one that takes longer has twice the time once more.
///   - pointLimit: The most allocations that are failed in each mode; more fail the test.
///   - fileID: The file of the call.
///   - filePath: Its path.
///   - line: The line of the call.
///   - column: Its column.
///   - body: The code.
/// - Returns: What came of it.
@discardableResult
public func expectSurvivesEveryAllocationFailure<Value>(
  modes: [AllocationFailureMode] = AllocationFailureMode.allCases,
  timeLimit: Duration = .seconds(10), pointLimit: Int = 1000, fileID: String = #fileID,
  filePath: StaticString = #filePath, line: UInt = #line, column: Int = #column,
  _ body: () throws -> Value
) -> AllocationFailureSweep {
  let judge = Judge(returning: .dependsOnValue)
  let sweep = swept(Sweep(modes: modes, judge: judge, pointLimit: pointLimit), timeLimit) {
    String(describing: try body())
  }
  sweep.tell(CallPlace(fileID: fileID, file: filePath, line: line, column: column))
  return sweep
}

/// Runs a sweep in copies of the process.
private func swept(
  _ plan: Sweep, _ timeLimit: Duration, _ body: () throws -> String?
) -> AllocationFailureSweep {
  guard Rerun.current == nil else {
    // In a re-run of the whole test it is the test's allocations that fail.
    _ = try? body()
    return .unwatched
  }
  guard AllocationScope(nil) != nil, let folder = try? PrivateFolder() else {
    return .unwatched
  }
  defer { folder.remove() }
  let runner = ForkedRun(files: RunFiles(folder: folder.path), limit: timeLimit)
  var sweep = plan
  while let point = sweep.next { sweep.take(runner.run(point.plan, body)) }
  return AllocationFailureSweep(sweep)
}

extension AllocationFailureSweep {
  /// Makes a failure of the test, or a warning where nothing was run.
  fileprivate func tell(_ place: CallPlace) {
    guard let failure, Rerun.current == nil else { return }
    guard isWatched || TestFailure.isXCTest else {
      return TestFailure.warn(failure.sentence, at: place.location)
    }
    failure.record(at: place)
  }
}
