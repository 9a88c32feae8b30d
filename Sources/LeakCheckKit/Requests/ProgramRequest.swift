// Asks a running program for something until it answers: it may be in the middle of the layer when
// the signal comes.
import Glibc
import Recording

/// A request to a running program.
struct ProgramRequest {
  let program: RunningProgram

  /// Milliseconds that a program has to begin its answer: one that runs answers at once.
  private static let connectLimit: Int32 = 10_000
  /// Milliseconds that a copy has to scan and record.
  private static let answerLimit: Int32 = 310_000
  /// How often a busy program is asked again, after a millisecond each.
  private static let attemptLimit = 20_000

  /// Asks.
  ///
  /// - Returns: The answer that it is done.
  func send(_ kind: RequestKind) throws(Refusal) -> RequestListener.Answer {
    let listener = try RequestListener(kind, for: program)
    for _ in 0..<Self.attemptLimit {
      try program.ask()
      let answer = try listener.next(
        connectLimit: Self.connectLimit, answerLimit: Self.answerLimit)
      guard let answer else {
        throw Refusal(
          program.isThere ? RunningProgram.unwatched(program.title) : "\(program.title) has ended")
      }
      switch RequestCode(rawValue: answer.message.code) {
      case .done: return answer
      case .busy: usleep(1000)
      case .failed, nil:
        let error = SystemError.text(CInt(truncatingIfNeeded: answer.message.value))
        throw Refusal("\(program.title) could not do it: \(error)")
      }
    }
    throw Refusal("\(program.title) was in the middle of an allocation each time: ask again")
  }
}
