// A scope of the debug layer as Swift sees it: what happens in a block of code or in a task. Where
// the layer is not built in none can be opened.

#if DEBUG_LAYER
  import CZMalloc
  import Synchronization

  /// A block of code, or a task, that the debug layer watches for itself.
  ///
  /// Scopes nest: a new one stands within the one that is in force where it is made.
  package final class AllocationScope: Sendable {
    /// The layer's number of the scope.
    private let number: UInt32

    /// The scope of the task that runs.
    @TaskLocal private static var ofTask: UInt32 = 0

    /// The layer asks for the task's scope where no thread's scope is in force.
    private static let isReading: Bool = {
      zmalloc_set_scope_reader {
        let own = AllocationScope.ofTask
        return own != 0 ? own : AllocationScope.ofOthers.load(ordering: .relaxed)
      }
      return true
    }()

    /// The scope of all that has none of its own, 0 for none.
    private static let ofOthers = Atomic<UInt32>(0)

    /// Opens a scope.
    ///
    /// Nil when the layer does not watch this process, when it is a preload library, or when there
    /// are 256 scopes already.
    ///
    /// - Parameter plan: Which allocations fail; nil for a scope that only watches.
    package init?(_ plan: FaultPlan?) {
      _ = AllocationScope.isReading
      number =
        if let plan {
          unsafe plan.text.withCString { unsafe zmalloc_scope_open($0, plan.seed) }
        } else {
          zmalloc_scope_open(nil, 0)
        }
      if number == 0 { return nil }
    }

    deinit { zmalloc_scope_close(number) }

    /// Allocations that a plan could have failed.
    package var points: Int { Int(zmalloc_scope_points(number)) }
    /// Allocations that the scope's own plan failed.
    package var faults: Int { Int(zmalloc_scope_faults(number)) }
    /// Blocks that were allocated in the scope and are not freed.
    package var unfreedBlocks: Int { Int(zmalloc_scope_live_blocks(number)) }
    /// Their bytes.
    package var unfreedBytes: Int { Int(zmalloc_scope_live_bytes(number)) }

    /// From here on what no other scope covers is its own, on every thread and in every task.
    package func coverOthers() { AllocationScope.ofOthers.store(number, ordering: .relaxed) }

    /// From here on heap mistakes with blocks of the scope are its own, and the program goes on.
    package func checkHeap() { zmalloc_scope_check_heap(number) }
    /// Looks at all blocks of the scope, and counts its heap mistakes.
    package func countViolations() -> Int { Int(zmalloc_scope_violations(number)) }

    /// Writes a recording of what the scope knows; whether it could.
    package func record(to path: String) -> Bool {
      unsafe path.withCString { unsafe zmalloc_scope_record(number, $0) == 0 }
    }

    /// Lets every realloc of this process move its block, of any size: stale pointers are found.
    package static func moveAlways() { zmalloc_move_always(true) }

    /// Records a crash of this process in a file.
    package static func recordCrash(to path: String) {
      unsafe path.withCString { unsafe zmalloc_record_crashes($0) }
    }

    /// Runs code of this thread in the scope.
    package func run<Value, Failure: Error>(
      _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
      zmalloc_scope_enter(number)
      defer { zmalloc_scope_leave(number) }
      return try body()
    }

    /// Runs a task, on whichever threads, and its children in the scope.
    nonisolated(nonsending) package func run<Value>(
      _ body: nonisolated(nonsending) () async throws -> Value
    ) async rethrows -> Value {
      try await AllocationScope.$ofTask.withValue(number) { try await body() }
    }
  }
#else
  /// A block of code that a debug layer would watch: there is none in this build.
  package final class AllocationScope: Sendable {
    /// Opens none.
    package init?(_ plan: FaultPlan?) { return nil }

    package var points: Int { 0 }
    package var faults: Int { 0 }
    package var unfreedBlocks: Int { 0 }
    package var unfreedBytes: Int { 0 }

    package func coverOthers() {}
    package func checkHeap() {}
    package func countViolations() -> Int { 0 }
    package func record(to path: String) -> Bool { false }
    package static func moveAlways() {}
    package static func recordCrash(to path: String) {}

    package func run<Value, Failure: Error>(
      _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
      try body()
    }

    nonisolated(nonsending) package func run<Value>(
      _ body: nonisolated(nonsending) () async throws -> Value
    ) async rethrows -> Value {
      try await body()
    }
  }
#endif
