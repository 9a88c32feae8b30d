// A test's body in a scope of its own: what the traits that run a test once share.
import Testing
import ZMalloc

extension AllocationScope {
  /// Runs a test's body in a new scope, and looks at the scope whether the body throws or not.
  ///
  /// Two bodies run without a scope: those of a process in which `.failingEveryAllocation`
  /// measures, and, with a warning, those that the layer does not watch.
  ///
  /// - Parameters:
  ///   - test: The test.
  ///   - plan: Which of its allocations fail; nil for none.
  ///   - function: Its body.
  ///   - prepare: What the scope needs before the body.
  ///   - report: Looks at the scope, with the error that the body threw.
  /// - Throws: What the body throws.
  static func perform(
    _ test: Test, _ plan: FaultPlan?, _ function: @Sendable () async throws -> Void,
    prepare: (AllocationScope) -> Void = { _ in },
    report: (AllocationScope, (any Error)?) -> Void
  ) async throws {
    guard Rerun.current == nil else { return try await function() }
    guard let scope = AllocationScope(plan) else {
      TestFailure.warn(TestFailure.unwatched, at: test.sourceLocation)
      return try await function()
    }
    prepare(scope)
    do {
      try await scope.run { try await function() }
    } catch {
      report(scope, error)
      throw error
    }
    report(scope, nil)
  }
}
