// The functions by which tests reach scopes.
// swift-format-ignore-file: AlwaysUseLowerCamelCase
#if DEBUG_LAYER
  import CZMalloc

  /// Makes a scope; 0 when that cannot be.
  @c @implementation
  func zmalloc_scope_open(_ plan: UnsafePointer<CChar>?, _ seed: UInt64) -> UInt32 {
    guard zmalloc_entrance_is_on() else { return 0 }
    let start = UInt(bitPattern: plan)
    let byteCount = unsafe plan.map { unsafe UInt(zmalloc_string_length($0)) } ?? 0
    var scope: UInt32 = 0
    Start.withGuard {
      scope = FaultScopes.open(Word(start: start, end: start + byteCount), seed: seed)
    }
    return scope
  }

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
    unsafe known.pointee.outer = mine.pointee.fault_scope
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
    if let known = unsafe FaultScopes.known(scope) { unsafe known.pointee.passesOn = 1 }
  }

  private func ownThread() -> ThreadState? {
    guard zmalloc_entrance_is_on() else { return nil }
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
    Start.withGuard {
      ScopeBlocks.forEach(scope) { _, _ in
        count += 1
        return true
      }
    }
    return count
  }

  /// Their bytes.
  @c @implementation
  func zmalloc_scope_live_bytes(_ scope: UInt32) -> UInt64 {
    var sum: UInt64 = 0
    Start.withGuard {
      ScopeBlocks.forEach(scope) { byteCount, _ in
        sum += byteCount
        return true
      }
    }
    return sum
  }

  /// The stack that allocated one of them.
  @c @implementation
  func zmalloc_scope_live_stack(
    _ scope: UInt32, _ index: UInt32, _ frames: UnsafeMutablePointer<UInt>?, _ capacity: UInt32
  ) -> UInt32 {
    guard let frames = unsafe frames else { return 0 }
    var left = index
    var stored: UInt32 = 0
    Start.withGuard {
      ScopeBlocks.forEach(scope) { _, stack in
        guard left == 0 else {
          left -= 1
          return true
        }
        guard stack != 0 else { return false }
        let node = StackDepot.address(of: stack)
        stored = min(UInt32(StackDepot.frameCount(node)), capacity)
        for frame in 0..<Int(stored) { unsafe frames[frame] = StackDepot.frame(node, frame) }
        return false
      }
    }
    return stored
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
