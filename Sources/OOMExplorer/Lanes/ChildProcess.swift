// A process of a campaign: waited for until its time is up, then ended with its whole group.
import CLinux
import Glibc
import LeakCheckKit

/// A process that is our child, leader of its own session and group.
final class ChildProcess {
  let identifier: pid_t
  /// Becomes readable at its end.
  let descriptor: CInt

  /// Watches a child.
  ///
  /// - Throws: A sentence where the kernel (before Linux 5.3) cannot; the child is ended then.
  init(_ identifier: pid_t) throws(Refusal) {
    self.identifier = identifier
    descriptor = clinux_process_descriptor(identifier)
    guard descriptor < 0 else { return }
    let code = errno
    kill(identifier, SIGKILL)
    throw Refusal("cannot watch a process: \(SystemError.text(code))")
  }

  deinit { close(descriptor) }

  /// Waits for its end.
  ///
  /// - Parameters:
  ///   - limit: Seconds after which it is killed.
  ///   - explains: Whether it gets a moment to say where it hangs: SIGABRT first, which the layer
  ///     records.
  ///   - isPatient: Whether an interrupt does not end it.
  ///   - folder: What it must not fill; looked at twice a second.
  /// - Returns: How it ended.
  func wait(
    limit: Double, explains: Bool = false, isPatient: Bool = false,
    filling folder: FolderCopy? = nil
  ) -> RunEnd {
    var nextLook = now() + 0.5
    let deadline = now() + limit
    var end = RunEnd.timedOut
    while end == .timedOut {
      if Self.isReady(descriptor, within: min(0.1, max(0, deadline - now()))) {
        end = .ended(.exited(0))
      } else if Interruption.isWanted && !isPatient {
        end = .interrupted
      } else if now() >= nextLook, folder?.isOverfull == true {
        end = .overfilled
      } else if now() >= deadline {
        break
      }
      if now() >= nextLook { nextLook = now() + 0.5 }
    }
    if end == .timedOut && explains {
      kill(identifier, SIGABRT)
      _ = Self.isReady(descriptor, within: 2)
    }
    // Before it is waited for nobody else can have its number.
    kill(-identifier, SIGKILL)
    kill(identifier, SIGKILL)
    guard let status = reap() else { return .timedOut }
    if case .ended = end { end = .ended(ProgramEnd(waitStatus: status)) }
    return end
  }

  /// The wait status of a process that has ended or is about to.
  private func reap() -> CInt? {
    var status: CInt = 0
    while true {
      let got = unsafe clinux_reap(identifier, &status, nil)
      if got == identifier { return status }
      if got < 0 { return nil }
      _ = Self.isReady(descriptor, within: 1)
    }
  }

  /// Whether a descriptor becomes readable in time.
  static func isReady(_ descriptor: CInt, within seconds: Double) -> Bool {
    let deadline = now() + seconds
    while true {
      let left = max(0, deadline - now())
      var interest = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      // Rounded up: the clock has no milliseconds.
      let got = unsafe poll(&interest, 1, CInt(min((left * 1000).rounded(.up), 1e9)))
      if got > 0 { return true }
      if got == 0 && now() >= deadline { return false }
      if got < 0 && errno != EINTR { return false }
    }
  }
}
