// `.failingEveryAllocation`: each allocation of a test fails in turn, in a process of its own.
import LeakCheckKit
public import Testing
import ZMalloc

/// A trait by which each allocation of a test fails in turn.
///
/// Use it as ``Testing/Trait/failingEveryAllocation``.
public struct FailingEveryAllocationTrait: TestTrait, SuiteTrait, TestScoping {
  let modes: [AllocationFailureMode]
  let timeLimit: Duration
  let pointLimit: Int

  /// Each test of a suite is swept for itself.
  public var isRecursive: Bool { true }

  /// Runs the test as it is, then once more for each of its allocations in a new process.
  ///
  /// - Parameters:
  ///   - test: The test.
  ///   - testCase: Its case.
  ///   - function: The test's body.
  /// - Throws: What the test throws when no allocation fails.
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    if let rerun = Rerun.current {
      // The other cases of the same test are not what this process is for.
      if rerun.isFor(test, testCase) { await rerun.perform(function) }
      return
    }
    // What fails here fails as in any test.
    try await function()
    guard let folder = AllocationScope(nil) == nil ? nil : try? PrivateFolder() else {
      TestFailure.warn(TestFailure.unwatched, at: test.sourceLocation)
      return
    }
    defer { folder.remove() }
    let starter = RerunStarter(
      test: String(describing: test.id), testCase: TestCaseKey(testCase).text,
      files: RunFiles(folder: folder.path), limit: timeLimit)
    var sweep = Sweep(
      modes: modes, judge: Judge(returning: .isTolerating), pointLimit: pointLimit)
    while let point = sweep.next, !Task.isCancelled { sweep.take(await starter.run(point)) }
    AllocationFailureSweep(sweep).failure?.record(at: test.sourceLocation)
  }
}

extension Trait where Self == FailingEveryAllocationTrait {
  /// Runs a test again for each of its allocations, which fails; see
  /// ``failingEveryAllocation(modes:timeLimit:pointLimit:)``.
  public static var failingEveryAllocation: FailingEveryAllocationTrait {
    .failingEveryAllocation()
  }

  /// Runs a test again for each of its allocations, which fails.
  ///
  /// The test runs as usual first. Then it runs alone in a new process of the same test binary for
  /// each allocation of the z-functions that it makes, until a run in which nothing failed. Every
  /// realloc moves its block in these runs. The test fails when one of them crashes, hangs, loses a
  /// block, damages the heap, or fails an expectation.
  ///
  /// A body may end in two ways when memory runs out: it throws, and then expectations that failed
  /// before do not count; or it returns. A failed `#require` is a failed expectation and no error
  /// of the code.
  ///
  /// - Parameters:
  ///   - modes: How allocations fail: one alone, and one and all after it.
  ///   - timeLimit: What a run may take; one that takes longer has twice the time once more.
  ///   - pointLimit: The most allocations that are failed in each mode; more fail the test.
  /// - Returns: The trait.
  public static func failingEveryAllocation(
    modes: [AllocationFailureMode] = AllocationFailureMode.allCases,
    timeLimit: Duration = .seconds(30), pointLimit: Int = 1000
  ) -> FailingEveryAllocationTrait {
    FailingEveryAllocationTrait(modes: modes, timeLimit: timeLimit, pointLimit: pointLimit)
  }
}
