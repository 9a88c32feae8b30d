// The report that ends the process: of a violation, of a fatal signal, or of the end itself. One
// thread writes it; another one that would end the process meanwhile waits, for with the process
// the report would end half-written.
#if DEBUG_LAYER
  import CZMalloc

  /// At the end of a thread that ends the process while another one reports: waits for that.
  @c @implementation
  func zmalloc_layer_await_report() {
    guard unsafe switches.pointee.mode == Start.on, !Start.isBorrowed else { return }
    LastReport.waitForOther(LastReport.patienceAtEnd)
  }

  /// Who writes the last report: `isDying` holds the kernel's id of the thread, 0 for nobody.
  @safe
  enum LastReport {
    /// Hundredths of a second for a report of a mistake or a crash.
    private static let patience = 500
    /// The same for one that scans for leaks.
    static let patienceAtEnd = 3000

    /// Makes the calling thread the one that reports, and waits while another one does: that ends
    /// the process, as a rule.
    ///
    /// - Returns: Whether it is that now and was not before. It may have been: a program that jumps
    ///   out of its SIGABRT handler goes on.
    @discardableResult
    static func begin(_ me: UInt32) -> Bool {
      for _ in 0..<patience {
        if unsafe zmalloc_swap32(&state.pointee.isDying, 0, me) { return true }
        if unsafe zmalloc_load32(&state.pointee.isDying) == me { return false }
        zmalloc_pause()
      }
      return false
    }

    /// The process goes on.
    static func end(_ me: UInt32) {
      _ = unsafe zmalloc_swap32(&state.pointee.isDying, me, 0)
    }

    /// Waits while another thread reports, so many hundredths of a second at most.
    static func waitForOther(_ patience: Int = patience) {
      let me = zmalloc_thread_id()
      for _ in 0..<patience {
        let reporting = unsafe zmalloc_load32(&state.pointee.isDying)
        if reporting == 0 || reporting == me { return }
        zmalloc_pause()
      }
    }
  }
#endif
