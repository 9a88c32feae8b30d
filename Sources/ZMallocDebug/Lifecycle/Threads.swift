// The beginnings and ends of threads, and libraries that come and go.
#if DEBUG_LAYER
  import CZMalloc

  /// A thread that our pthread_create started: gets its state and a signal stack before the
  /// program's code runs.
  @c @implementation
  func zmalloc_layer_thread_begins(_ stack_is_lent: Bool) {
    guard unsafe zmalloc_current_thread() == nil, zmalloc_guard_value() == 0 else { return }
    Start.withGuard {
      guard let mine = unsafe zmalloc_layer_enter() else { return }
      unsafe zmalloc_lend_signal_stack(mine)
      unsafe _ = zmalloc_own_stack(&mine.pointee.stack_start, &mine.pointee.stack_end)
      unsafe mine.pointee.stack_is_lent = stack_is_lent ? 1 : 0
    }
  }

  /// The destructor of the thread's key.
  ///
  /// What this thread still allocates or frees gets a state of its own again.
  @c @implementation
  func zmalloc_layer_thread_ends(_ raw: UnsafeMutableRawPointer?) {
    guard let raw = unsafe raw else { return }
    let mine = unsafe raw.assumingMemoryBound(to: zmalloc_thread.self)
    Start.withGuard {
      unsafe zmalloc_take_back_signal_stack(mine)
      zmalloc_set_current_thread(nil)
      unsafe ThreadList.release(mine)
    }
  }

  /// Before a dlclose: frames of a library that is gone are still to be named.
  @c @implementation
  func zmalloc_layer_modules_changed() {
    guard unsafe switches.pointee.mode == Start.on else { return }
    Start.withGuard {
      ModuleTable.refresh()
      zmalloc_forget_unwind_cache()
    }
  }
#endif
