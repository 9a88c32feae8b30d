// What a program did with a failed allocation.

/// What a program did with a failed allocation.
public enum Verdict: String, Sendable, CaseIterable {
  /// Same status, same output: it did without.
  case tolerated
  /// It said so and ended cleanly.
  case reported
  /// It ended itself by abort, or by a signal that no mistake raises: a policy.
  case aborted
  /// It died by a signal, or met one that its own handler dealt with.
  case crashed
  /// The heap was damaged.
  case corrupted
  /// Blocks or descriptors were lost.
  case leaked
  /// It did not end.
  case hung
  /// It ended with status 0, and its output or its files are not what they should be.
  case swallowed
  /// A repetition came to something else.
  case unstable
  /// The allocation was not reached: the program is not the same each time.
  case unreached

  /// Those that are a mistake of the program.
  public static let mistakes: Set<Verdict> = [.crashed, .corrupted, .leaked, .hung, .swallowed]

  /// The order in which a report tells of them: the worst first.
  public static let byWeight: [Verdict] = [
    .corrupted, .crashed, .hung, .swallowed, .leaked, .unstable, .unreached, .aborted, .reported,
    .tolerated,
  ]
}
