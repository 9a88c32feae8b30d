// The verdict over one run of a sweep in C, as zmalloc_testing.h has it. The first three are the
// verdicts of Zig's `checkAllAllocationFailures`.
// swift-format-ignore-file: AlwaysUseLowerCamelCase
#if DEBUG_LAYER
  import CZMalloc
  import CZMallocABI

  /// Judges a run.
  ///
  /// - Parameters:
  ///   - run: What became of it.
  ///   - has_plan: Whether an allocation should have failed in it.
  ///   - tolerates: Whether the function may return 0 although one did.
  /// - Returns: A `zmalloc_verdict`.
  @c @implementation
  func zmalloc_sweep_judge(
    _ run: UnsafePointer<zmalloc_sweep_run>?, _ has_plan: Bool, _ tolerates: Bool
  ) -> UInt32 {
    guard let run = unsafe run?.pointee else { return ZMALLOC_NOT_SWEPT.rawValue }
    return verdict(run, hasPlan: has_plan, tolerates: tolerates).rawValue
  }

  private func verdict(
    _ run: zmalloc_sweep_run, hasPlan: Bool, tolerates: Bool
  ) -> zmalloc_verdict {
    if run.is_late != 0 { return ZMALLOC_HUNG }
    // A heap mistake that is noticed at the end of the process shows in its status.
    if run.signal != 0 || run.has_returned != 1 || run.status != 0 { return ZMALLOC_CRASHED }
    if run.returned < 0 { return ZMALLOC_FAILED }
    if run.live_blocks != 0 { return ZMALLOC_LEAKED }
    if !hasPlan { return run.returned == 0 ? ZMALLOC_PASSED : ZMALLOC_FAILED }
    // Fewer allocations than in the run that counted them.
    if run.faults == 0 { return ZMALLOC_NONDETERMINISTIC }
    return run.returned == 0 && !tolerates ? ZMALLOC_SWALLOWED : ZMALLOC_PASSED
  }
#endif
