// `.leakChecked`: a test has to free what it allocates.
import LeakCheckKit
public import Testing
import ZMalloc

/// A trait by which a test fails when it leaves blocks behind.
///
/// Use it as ``Testing/Trait/leakChecked``.
public struct LeakCheckedTrait: TestTrait, SuiteTrait, TestScoping {
  /// Each test of a suite is checked for itself.
  public var isRecursive: Bool { true }

  /// Runs the test in a scope and looks at what is not freed at its end.
  ///
  /// - Parameters:
  ///   - test: The test.
  ///   - testCase: Its case.
  ///   - function: The test's body.
  /// - Throws: What the test throws.
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await AllocationScope.perform(test, nil, function) { scope, _ in report(scope, test) }
  }

  private func report(_ scope: AllocationScope, _ test: Test) {
    let count = scope.unfreedBlocks
    guard count > 0 else { return }
    let bytes = byteQuantity(UInt64(scope.unfreedBytes))
    var failure = TestFailure(
      sentence: "\(counted(count, "block")) (\(bytes)) not freed at the end of the test")
    failure.add(scope, .leaks)
    failure.record(at: test.sourceLocation)
  }
}

extension Trait where Self == LeakCheckedTrait {
  /// Fails a test that does not free all blocks that it got from the z-functions.
  ///
  /// Blocks count that the test, its child tasks and each `Task { }` that it starts allocate,
  /// whoever may free them; not those of `Task.detached` and of threads that the test starts
  /// itself, and nothing that comes from `malloc` directly, such as objects and arrays. Tests may
  /// run side by side.
  public static var leakChecked: LeakCheckedTrait { LeakCheckedTrait() }
}

extension TestFailure {
  /// Adds what a scope knows: its lines and its report.
  mutating func add(_ scope: AllocationScope, _ part: HeapReport.Part) {
    guard let folder = try? PrivateFolder() else { return }
    defer { folder.remove() }
    let path = folder.path + "/scope.zleak"
    guard scope.record(to: path), let report = HeapReport(recordingAt: path, part) else {
      return
    }
    lines += report.lines
    self.report = report.text
  }
}
