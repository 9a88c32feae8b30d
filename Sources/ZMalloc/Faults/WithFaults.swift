// Fault plans for a block of code. In a production build the body runs, and nothing else happens.

#if DEBUG_LAYER
  import CZMalloc
#endif

/// Runs synchronous code while allocations of this thread fail by a plan.
///
/// Calls nest: the innermost plan alone decides, and counts from 1. What other threads do meanwhile
/// is not touched, nor what the body has them do. Without the debug layer the body runs as it is.
///
/// ```swift
/// let parsed = try withFaults(.nth(2)) { try Parser(text) }
/// ```
///
/// - Parameters:
///   - plan: Which allocations fail.
///   - body: The code.
/// - Returns: What the body returns.
/// - Throws: What the body throws.
public func withFaults<Value, Failure: Error>(
  _ plan: FaultPlan, _ body: () throws(Failure) -> Value
) throws(Failure) -> Value {
  #if DEBUG_LAYER
    guard let scope = watched(plan) else { return try body() }
    return try scope.run(body)
  #else
    return try body()
  #endif
}

/// Runs asynchronous code while allocations of this task and its child tasks fail by a plan.
///
/// The plan follows the task from thread to thread, and into tasks that inherit its task-local
/// values: child tasks and `Task { }`, not `Task.detached`, and no thread that the body starts
/// itself. Calls nest, as those for synchronous code do. Without the debug layer the body runs as
/// it is.
///
/// - Parameters:
///   - plan: Which allocations fail.
///   - body: The code.
/// - Returns: What the body returns.
/// - Throws: What the body throws.
nonisolated(nonsending) public func withFaults<Value>(
  _ plan: FaultPlan, _ body: nonisolated(nonsending) () async throws -> Value
) async rethrows -> Value {
  #if DEBUG_LAYER
    guard let scope = watched(plan) else { return try await body() }
    return try await scope.run(body)
  #else
    return try await body()
  #endif
}

/// Runs synchronous code while nothing fails on purpose on this thread.
///
/// For code that is known not to survive, such as what prepares a test within ``withFaults(_:_:)``.
/// Its allocations are not counted by any plan.
///
/// - Parameter body: The code.
/// - Returns: What the body returns.
/// - Throws: What the body throws.
public func withoutFaults<Value, Failure: Error>(
  _ body: () throws(Failure) -> Value
) throws(Failure) -> Value {
  #if DEBUG_LAYER
    guard let scope = watched(.none) else { return try body() }
    return try scope.run(body)
  #else
    return try body()
  #endif
}

/// Runs asynchronous code while nothing fails on purpose in this task and its child tasks.
///
/// Its allocations are not counted by any plan.
///
/// - Parameter body: The code.
/// - Returns: What the body returns.
/// - Throws: What the body throws.
nonisolated(nonsending) public func withoutFaults<Value>(
  _ body: nonisolated(nonsending) () async throws -> Value
) async rethrows -> Value {
  #if DEBUG_LAYER
    guard let scope = watched(.none) else { return try await body() }
    return try await scope.run(body)
  #else
    return try await body()
  #endif
}

#if DEBUG_LAYER
  /// A scope for a plan; nil where the layer does not watch.
  private func watched(_ plan: FaultPlan) -> AllocationScope? {
    guard ZMalloc.isWatching else { return nil }
    let scope = AllocationScope(plan)
    // A plan that silently does not apply is worse than none. A preload library has the blocks of
    // its process, and plans of its own.
    precondition(
      scope != nil || zmalloc_has_elsewhere(),
      "no scope for the plan '\(plan.text)': there are 256 already")
    return scope
  }
#endif
