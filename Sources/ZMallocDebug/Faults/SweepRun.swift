// One run of a sweep in C: a forked child in which the code under test runs once.
// swift-format-ignore-file: AlwaysUseLowerCamelCase
#if DEBUG_LAYER
  import CZMalloc

  /// Makes this forked child a run.
  @c @implementation
  func zmalloc_sweep_enter(_ run: UnsafeMutablePointer<zmalloc_sweep_run>?, _ tells: Bool) {
    guard zmalloc_entrance_is_on() else { return }
    unsafe state.pointee.junk = 1
    unsafe state.pointee.recordsNothing = tells ? 0 : 1
    unsafe state.pointee.recordsAlways = tells ? 1 : 0
    unsafe state.pointee.leakMode = tells ? LeakMode.unfreed : LeakMode.off
    unsafe state.pointee.sweepName = UInt(bitPattern: zmalloc_sweep_recording(run))
    // The sweep says it all in one line, and a heap mistake shows in the run's status.
    unsafe state.pointee.announces = 0
    unsafe state.pointee.keepsStatus = 0
    zmalloc_move_always(true)
  }

  /// What a run leaves.
  @safe
  enum SweepRun {
    /// Leaves the path of a recording where the sweep finds it.
    static func note(recording path: UInt) {
      let name = unsafe state.pointee.sweepName
      let byteCount = RecordFile.byteCount(path) + 1
      guard name != 0, byteCount <= UInt(ZMALLOC_SWEEP_PATH_SIZE) else { return }
      Memory.copy(to: name, from: path, byteCount)
    }
  }
#endif
