// A process of a campaign: waited for until its time is up, then ended with its whole group.
import CLinux
import Glibc
import LeakCheckKit

/// A process that is our child, leader of its own session and group.
struct ChildProcess {
  let identifier: pid_t

  /// Waits for its end.
  ///
  /// - Parameters:
  ///   - limit: Seconds after which it is killed.
  ///   - explains: Whether it gets a moment to say where it hangs: SIGABRT first, which the layer
  ///     records.
  ///   - isPatient: Whether an interrupt does not end it.
  /// - Returns: How it ended.
  func wait(limit: Double, explains: Bool = false, isPatient: Bool = false) -> RunEnd {
    let watched = clinux_process_descriptor(identifier)
    defer { if watched >= 0 { close(watched) } }
    let deadline = now() + limit
    var end = RunEnd.timedOut
    while end == .timedOut {
      if Self.isReady(watched, within: min(0.1, max(0, deadline - now()))) {
        end = .ended(.exited(0))
      } else if Interruption.isWanted && !isPatient {
        end = .interrupted
      } else if now() >= deadline {
        break
      }
    }
    if end == .timedOut && explains {
      kill(identifier, SIGABRT)
      _ = Self.isReady(watched, within: 2)
    }
    // Before it is waited for nobody else can have its number.
    kill(-identifier, SIGKILL)
    kill(identifier, SIGKILL)
    guard let status = reap(watched) else { return .timedOut }
    if case .ended = end { end = .ended(ProgramEnd(waitStatus: status)) }
    return end
  }

  /// The wait status of a process that has ended or is about to.
  private func reap(_ watched: CInt) -> CInt? {
    var status: CInt = 0
    while true {
      let got = unsafe clinux_reap(identifier, &status, nil)
      if got == identifier { return status }
      if got < 0 { return nil }
      _ = Self.isReady(watched, within: 1)
    }
  }

  /// Whether a descriptor becomes readable in time.
  static func isReady(_ descriptor: CInt, within seconds: Double) -> Bool {
    let deadline = now() + seconds
    while true {
      let left = max(0, deadline - now())
      var interest = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let got = unsafe poll(&interest, 1, CInt(min(left * 1000 + 1, 1e9)))
      if got > 0 { return true }
      if got == 0 && now() >= deadline { return false }
      if got < 0 && errno != EINTR { return false }
    }
  }
}
