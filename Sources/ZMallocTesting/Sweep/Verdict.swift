// What a run with a failed allocation shows of the code: the judge. Nothing here runs anything.
import LeakCheckKit

/// What code did when an allocation failed.
public enum AllocationFailureVerdict: String, Sendable, CaseIterable {
  /// It threw: the failure came out as an error.
  case reported
  /// It came to the same result without the memory.
  case tolerated
  /// The out-of-memory handler ended the process: the policy of `zmalloc` and its like.
  case aborted
  /// It returned as if nothing had failed.
  case swallowed
  /// An expectation of the test failed.
  case wrong
  /// A block was lost because of the failure.
  case leaked
  /// The heap was damaged.
  case corrupted
  /// The process died.
  case crashed
  /// It did not end in time, nor in twice the time.
  case hung
  /// The allocations were not the same in each run.
  case nondeterministic

  /// Whether code that does this survives.
  public var survives: Bool {
    switch self {
    case .reported, .tolerated, .aborted: true
    default: false
    }
  }
}

/// Judges runs by comparison with the one in which nothing failed.
struct Judge: Sendable {
  /// What a body that returned although an allocation failed has done.
  enum Returning: Sendable {
    /// Swallowed the failure.
    case isSwallowing
    /// Swallowed it if its value is another than without failures.
    case dependsOnValue
    /// Tolerated it.
    case isTolerating
  }

  var returning: Returning

  /// The verdict on a run, and what it says in words.
  func verdict(
    _ outcome: RunOutcome, clean: RunRecord
  ) -> (verdict: AllocationFailureVerdict, sentence: String) {
    switch outcome.end {
    case .hung: return (.hung, "did not end in time")
    case .failed(let reason): return (.crashed, reason)
    case .signaled(let signal):
      if signal == 6, let line = Self.policyLine(outcome.output) { return (.aborted, line) }
      return (.crashed, "died by \(signalName(signal))")
    case .exited(let status):
      guard let record = outcome.record else {
        return (.crashed, "ended the process with status \(status)")
      }
      return verdict(record, clean)
    }
  }

  private func verdict(
    _ record: RunRecord, _ clean: RunRecord
  ) -> (verdict: AllocationFailureVerdict, sentence: String) {
    if record.violations > clean.violations {
      return (.corrupted, counted(record.violations - clean.violations, "heap violation"))
    }
    if record.unfreedBlocks > clean.unfreedBlocks {
      let blocks = counted(record.unfreedBlocks - clean.unfreedBlocks, "block")
      let bytes = byteQuantity(UInt64(max(0, record.unfreedBytes - clean.unfreedBytes)))
      return (.leaked, "lost \(blocks) (\(bytes))")
    }
    // A failed expectation on the way to an error is part of reporting it.
    if record.threwExpectation { return (.wrong, record.issues.last ?? "an expectation failed") }
    if case .threw(let error) = record.ending { return (.reported, "threw \(error)") }
    if let issue = record.issues.first { return (.wrong, issue) }
    switch returning {
    case .isTolerating: return (.tolerated, "returned")
    case .isSwallowing: return (.swallowed, "returned as if nothing had failed")
    case .dependsOnValue:
      guard record.ending != clean.ending, case .returned(let value?) = record.ending,
        case .returned(let usual?) = clean.ending
      else { return (.tolerated, "returned the same") }
      let limit = 60
      return (
        .swallowed,
        "returned \(shortened(value, to: limit)) and not \(shortened(usual, to: limit))"
      )
    }
  }

  /// The line that the default out-of-memory handler prints before it aborts.
  private static func policyLine(_ output: String) -> String? {
    output.split(separator: "\n").last { $0.hasPrefix("zmalloc: Out of memory trying to allocate") }
      .map(String.init)
  }
}
