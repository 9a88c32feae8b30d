// One recording, explained: everything that a renderer shows, in order, with names.
public import Recording

/// The report of one recording.
public struct Report: Sendable {
  /// A command that a person can paste.
  public struct Command: Sendable {
    /// What it does, as in `reproduce`.
    public var purpose: String
    /// The command.
    public var text: String
  }

  /// Where the recording is.
  public var file: String
  /// The named values of the recording.
  public var meta: Metadata
  /// The program's file name.
  public var programName: String
  /// Heap violations in the order in which they were noticed.
  public var violations: [ViolationFinding]
  /// The fatal signal, if one came.
  public var crash: CrashFinding?
  /// Leaks, most bytes first, as many as were asked for.
  public var leaks: [LeakFinding]
  /// Root causes that were left out by the limit of entries.
  public var omittedLeakCount: Int
  /// Blocks of those.
  public var omittedBlockCount: Int
  /// Bytes of those.
  public var omittedByteCount: UInt64
  /// Blocks in use that something reaches, by site, most bytes first; `nil` where nobody asked.
  public var reachable: [ReachableFinding]?
  /// Sites of such blocks that were left out by the limit of entries.
  public var omittedReachableCount: Int
  /// What is in use since the mark that was asked for.
  public var since: SinceMark?
  /// Allocations that failed on purpose, the first few.
  public var faults: [FaultFinding]
  /// All blocks that count as leaks, also those past the limit of the recording's table.
  public var leakedBlockCount: UInt64
  /// Their bytes.
  public var leakedByteCount: UInt64
  /// All violations, also those past the limit of the recording's table.
  public var violationCount: UInt64
  /// What rules took out of the recording before: they and what they did.
  public var suppressed: [SuppressionUse]
  /// What LeakSanitizer's options say to this report.
  public var sanitizer: SanitizerOptions
  /// What was cut or could not be watched, one sentence each.
  public var notes: [String]
  /// Next commands.
  public var commands: [Command]

  /// The process's id.
  public var processID: UInt64 { meta.number(.processID) ?? 0 }
  /// Whether there is anything that a person has to look at.
  public var hasFindings: Bool { !violations.isEmpty || crash != nil || leakedBlockCount > 0 }
}
