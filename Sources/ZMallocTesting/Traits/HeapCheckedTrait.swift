// `.heapChecked`: a test must not damage the heap.
import LeakCheckKit
public import Testing
import ZMalloc

/// A trait by which a test fails when it makes a heap mistake.
///
/// Use it as ``Testing/Trait/heapChecked``.
public struct HeapCheckedTrait: TestTrait, SuiteTrait, TestScoping {
  /// Each test of a suite is checked for itself.
  public var isRecursive: Bool { true }

  /// Runs the test in a scope that goes on after heap mistakes, and looks at all its blocks at the
  /// end.
  ///
  /// - Parameters:
  ///   - test: The test.
  ///   - testCase: Its case.
  ///   - function: The test's body.
  /// - Throws: What the test throws.
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await AllocationScope.perform(
      test, nil, function, prepare: { $0.checkHeap() }, report: { scope, _ in report(scope, test) })
  }

  private func report(_ scope: AllocationScope, _ test: Test) {
    let count = scope.countViolations()
    guard count > 0 else { return }
    var failure = TestFailure(sentence: counted(count, "heap violation"))
    failure.add(scope, .violations)
    if let first = failure.lines.first { failure.sentence += ": \(first)" }
    failure.lines = Array(failure.lines.dropFirst())
    failure.record(at: test.sourceLocation)
  }
}

extension Trait where Self == HeapCheckedTrait {
  /// Fails a test that writes past the end or before the start of a block, writes to one after its
  /// free, frees one twice or with a wrong size, or frees what is none.
  ///
  /// The test goes on after a mistake, so that all of them are told; the mistakes belong to the
  /// test that allocated the block, also where another one notices them. Blocks that are in use or
  /// held back after their free are looked at when the test ends. Damage that reaches beyond the
  /// guard bytes, and an access to a large freed block, can still end the process.
  public static var heapChecked: HeapCheckedTrait { HeapCheckedTrait() }
}
