// The exit statuses of `zleakcheck`, and which applies first.

/// How a program ended.
public enum ProgramEnd: Sendable, Equatable {
  /// By itself, with this status.
  case exited(Int32)
  /// By this signal.
  case signalled(Int32)

  /// As a shell would say it: the status, or 128 and the signal's number.
  public var shellStatus: Int32 {
    switch self {
    case .exited(let status): status
    case .signalled(let signal): 128 + signal
    }
  }

  /// From what `waitpid` gave.
  package init(waitStatus: Int32) {
    let signal = waitStatus & 0x7F
    self = signal == 0 ? .exited(waitStatus >> 8 & 0xFF) : .signalled(signal)
  }
}

/// The exit statuses of `zleakcheck`.
public enum ExitStatus {
  /// The command line, or the list of options, is wrong.
  public static let usage: Int32 = 64
  /// It could not do its work.
  public static let failed: Int32 = 70
  /// Heap violations were found.
  public static let violations: Int32 = 24
  /// Leaks were found.
  public static let leaks: Int32 = 23

  /// The first that applies.
  static func of(
    _ end: ProgramEnd?, isFailed: Bool, hasViolations: Bool, hasLeaks: Bool,
    leaks: Int32 = ExitStatus.leaks
  ) -> Int32 {
    if isFailed { return failed }
    if hasViolations { return violations }
    if case .signalled = end { return end?.shellStatus ?? failed }
    if hasLeaks && leaks != 0 { return leaks }
    return end?.shellStatus ?? 0
  }
}
