// `.failingAllocations(plan)`: a test runs while allocations fail by a plan.
import LeakCheckKit
public import Testing
public import ZMalloc

/// A trait by which allocations of a test fail on purpose.
///
/// Use it as ``Testing/Trait/failingAllocations(_:)``.
public struct FailingAllocationsTrait: TestTrait, SuiteTrait, TestScoping {
  let plan: FaultPlan

  /// Each test of a suite has the plan for itself.
  public var isRecursive: Bool { true }

  /// Runs the test in a scope with the plan.
  ///
  /// - Parameters:
  ///   - test: The test.
  ///   - testCase: Its case.
  ///   - function: The test's body.
  /// - Throws: What the test throws.
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await AllocationScope.perform(test, plan, function) { scope, error in
      if error == nil { reportPlan(scope, test) } else { attachFaults(of: scope, to: test) }
    }
  }

  /// A plan that failed nothing tested nothing.
  private func reportPlan(_ scope: AllocationScope, _ test: Test) {
    guard scope.faults == 0, plan != .none else { return }
    TestFailure(
      sentence: """
        the plan \(plan.text) failed nothing: \
        \(counted(scope.points, "allocation")) passed through it
        """
    ).record(at: test.sourceLocation)
  }

  private func attachFaults(of scope: AllocationScope, to test: Test) {
    var failure = TestFailure(sentence: "")
    failure.add(scope, .all)
    guard !failure.report.isEmpty else { return }
    Attachment.record(
      failure.report, named: "heap-report.txt", sourceLocation: test.sourceLocation)
  }
}

extension Trait where Self == FailingAllocationsTrait {
  /// Runs a test while allocations of the z-functions fail by a plan.
  ///
  /// The plan counts what the test, its child tasks and each `Task { }` that it starts allocate. A
  /// plan that fails nothing fails the test: it would be no test of running out of memory.
  ///
  /// - Parameter plan: Which allocations fail, counted from 1 for each test.
  /// - Returns: The trait.
  public static func failingAllocations(_ plan: FaultPlan) -> FailingAllocationsTrait {
    FailingAllocationsTrait(plan: plan)
  }
}
