// What `zleakcheck snapshot` and `mark` ask a running program for, and what they get. Whoever asks
// listens on the socket `zleakcheck.PID.KIND` of the namespace without files, PID being its own,
// and sends the program the signal. The program connects and sends one message.

/// What is asked for.
public enum RequestKind: UInt32, Sendable {
  /// A recording, as a descriptor that comes with the answer.
  case snapshot = 1
  /// A mark; the answer's value is its number.
  case mark = 2
  /// That the copy of the last snapshot be forgotten by the system.
  case collect = 3

  /// The signal: libc keeps it for itself and ignores it when it comes from elsewhere.
  public static let signal: Int32 = 33
}

/// How a request went.
public enum RequestCode: UInt32, Sendable {
  /// It was done.
  case done = 1
  /// Not now: the signal came in the middle of the layer, or the last snapshot is not at its end.
  case busy = 2
  /// It could not be done; the answer's value is the error of the system.
  case failed = 3
}

/// The answer: 16 bytes.
public struct RequestAnswer: BitwiseCopyable, Sendable {
  /// A ``RequestCode``.
  public var code: UInt32 = 0
  /// The process that answers: the copy for a recording.
  public var process: UInt32 = 0
  /// The number of a mark, the nanoseconds of a stop, or an error.
  public var value: UInt64 = 0

  /// An empty answer.
  public init() {}
}
