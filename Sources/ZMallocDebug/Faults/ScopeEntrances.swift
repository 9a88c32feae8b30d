// The functions by which tests reach scopes.
// swift-format-ignore-file: AlwaysUseLowerCamelCase
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// Makes a scope; 0 when that cannot be.
  @c @implementation
  func zmalloc_scope_open(_ plan: UnsafePointer<CChar>?, _ seed: UInt64) -> UInt32 {
    guard let mine = unsafe ownThread() else { return 0 }
    let start = UInt(bitPattern: plan)
    let text = unsafe plan.map { unsafe Word(start: start, end: start + length($0)) }
    let parent = unsafe FaultScopes.current(mine)
    var scope: UInt32 = 0
    Start.withGuard { scope = FaultScopes.open(text, seed: seed, parent: parent) }
    return scope
  }

  private func length(_ text: UnsafePointer<CChar>) -> UInt {
    unsafe UInt(zmalloc_string_length(text))
  }

  /// What plans that choose by chance draw from where nobody says what.
  @c @implementation
  func zmalloc_scope_seed() -> UInt64 { unsafe state.pointee.seed }

  /// Forgets a scope.
  @c @implementation
  func zmalloc_scope_close(_ scope: UInt32) {
    Start.withGuard { FaultScopes.close(scope) }
  }

  /// Makes a scope the innermost of this thread.
  @c @implementation
  func zmalloc_scope_enter(_ scope: UInt32) {
    guard let mine = unsafe ownThread(), let known = unsafe FaultScopes.known(scope) else {
      return
    }
    let outer = unsafe mine.pointee.fault_scope
    unsafe known.pointee.outer = outer
    if outer != 0 && outer != scope { unsafe known.pointee.parent = outer }
    unsafe mine.pointee.fault_scope = scope
  }

  /// Goes back to the scope before.
  @c @implementation
  func zmalloc_scope_leave(_ scope: UInt32) {
    guard let mine = unsafe ownThread(), let known = unsafe FaultScopes.known(scope) else {
      return
    }
    if unsafe mine.pointee.fault_scope == scope {
      unsafe mine.pointee.fault_scope = known.pointee.outer
    }
  }

  /// Lets the scope around one decide which of its allocations fail.
  @c @implementation
  func zmalloc_scope_pass_on(_ scope: UInt32) {
    if let known = unsafe FaultScopes.known(scope) { unsafe known.pointee.decides = 0 }
  }

  private func ownThread() -> ThreadState? {
    // A layer elsewhere has the blocks, and no scopes.
    guard zmalloc_entrance_is_on(), unsafe switches.pointee.mode == Start.on else { return nil }
    if let mine = unsafe zmalloc_current_thread() { return unsafe mine }
    var mine: ThreadState?
    Start.withGuard { unsafe mine = zmalloc_layer_enter() }
    return unsafe mine
  }

  /// Allocations that the plan could have failed.
  @c @implementation
  func zmalloc_scope_points(_ scope: UInt32) -> UInt64 {
    unsafe FaultScopes.known(scope)?.pointee.points ?? 0
  }

  /// Allocations that the plan failed.
  @c @implementation
  func zmalloc_scope_faults(_ scope: UInt32) -> UInt64 {
    unsafe FaultScopes.known(scope)?.pointee.faults ?? 0
  }

  /// Blocks of the scope that are not freed.
  @c @implementation
  func zmalloc_scope_live_blocks(_ scope: UInt32) -> UInt64 {
    var count: UInt64 = 0
    Start.withGuard { count = ScopeRecording.unfreed(scope).count }
    return count
  }

  /// Their bytes.
  @c @implementation
  func zmalloc_scope_live_bytes(_ scope: UInt32) -> UInt64 {
    var sum: UInt64 = 0
    Start.withGuard { sum = ScopeRecording.unfreed(scope).byteCount }
    return sum
  }

  /// Lets a scope have its heap mistakes to itself.
  @c @implementation
  func zmalloc_scope_check_heap(_ scope: UInt32) {
    if let known = unsafe FaultScopes.known(scope) { unsafe known.pointee.checksHeap = 1 }
  }

  /// Looks at all blocks of such a scope; how many mistakes it had.
  @c @implementation
  func zmalloc_scope_violations(_ scope: UInt32) -> UInt64 {
    guard let mine = unsafe ownThread(), let known = unsafe FaultScopes.known(scope) else {
      return 0
    }
    if unsafe known.pointee.checksHeap != 0 {
      Start.withGuard { unsafe ScopeViolations.check(scope, mine) }
    }
    return unsafe known.pointee.violations
  }

  /// Writes a recording of what a scope knows; 0, or -1 when it could not be written.
  @c @implementation
  func zmalloc_scope_record(_ scope: UInt32, _ path: UnsafePointer<CChar>?) -> Int32 {
    guard unsafe ownThread() != nil, unsafe FaultScopes.known(scope) != nil else { return -1 }
    var written = false
    Start.withGuard {
      written = Recorder.record(.request, path: UInt(bitPattern: path), scope: scope)
    }
    return written ? 0 : -1
  }

  /// Says where a crash of this process is recorded; nil for nowhere.
  @c @implementation
  func zmalloc_record_crashes(_ path: UnsafePointer<CChar>?) {
    guard unsafe ownThread() != nil else { return }
    unsafe state.pointee.leavesCrashes = path == nil ? 1 : 0
    guard let path = unsafe path, unsafe length(path) < LayerStorage.pathCapacity - 64 else {
      return
    }
    Start.withGuard {
      unsafe zmalloc_store32(&state.pointee.faultCount, 0)
      unsafe Memory.copy(
        to: LayerStorage.pattern, from: UInt(bitPattern: path), length(path) + 1)
      RecordFile.openDirectory()
      zmalloc_renew_fatal_handlers()
    }
  }

  /// Says who knows a task's scope.
  @c @implementation
  func zmalloc_set_scope_reader(_ reader: zmalloc_scope_reader?) {
    zmalloc_store_scope_reader(reader)
  }

  /// Lets every realloc move.
  @c @implementation
  func zmalloc_move_always(_ always: Bool) {
    unsafe _ = zmalloc_add32(&state.pointee.movesAlways, always ? 1 : UInt32.max)
  }
#endif
