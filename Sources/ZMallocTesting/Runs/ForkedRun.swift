// A run in a copy of this process: cheap, and with all that was prepared for the body. Only the
// calling thread is in the copy.
import CLinux
import CZMallocTesting
import Glibc
import LeakCheckKit
import ZMalloc

/// Runs of synchronous code in copies of the process.
struct ForkedRun {
  let files: RunFiles
  /// What one run may take.
  let limit: Duration

  /// Runs a body while allocations fail by a plan.
  ///
  /// One that does not end in time gets twice the time before it counts as hung: the copy may have
  /// found a lock that another thread held.
  func run(_ plan: FaultPlan, _ body: () throws -> String?) -> RunOutcome {
    let first = attempt(plan, limit, body)
    return first.end == .hung ? attempt(plan, limit * 2, body) : first
  }

  private func attempt(
    _ plan: FaultPlan, _ limit: Duration, _ body: () throws -> String?
  ) -> RunOutcome {
    files.clear()
    let output = unsafe open(files.output, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard output >= 0 else {
      return RunOutcome(end: .failed("\(SystemError("write", files.output))"))
    }
    defer { close(output) }
    let process = zmalloc_testing_fork()
    guard process >= 0 else { return RunOutcome(end: .failed("the process cannot be copied")) }
    if process == 0 {
      zmalloc_testing_settle(output, UInt32(limit.components.seconds + 30))
      guard let run = MeasuredRun(plan, files) else { zmalloc_testing_leave(70) }
      run.perform(body)
    }
    return files.outcome(Child(process).wait(limit))
  }
}

/// A child process that leads a process group.
struct Child: Sendable {
  let process: pid_t
  /// What a child gets between being asked and being killed.
  static let grace = Duration.seconds(2)

  init(_ process: pid_t) { self.process = process }

  /// How it ended; nil while it runs.
  func poll() -> RunOutcome.End? {
    var status: CInt = 0
    var usage = rusage()
    let ended = unsafe clinux_reap(process, &status, &usage)
    if ended == 0 { return nil }
    if ended < 0 { return .failed("somebody else waited for the run") }
    let signal = status & 0x7F
    return signal == 0 ? .exited(status >> 8 & 0xFF) : .signaled(UInt32(signal))
  }

  /// Waits; ends it when the limit is met.
  func wait(_ limit: Duration) -> RunOutcome.End {
    if let end = wait(for: limit) { return end }
    stop()
    _ = wait(for: Child.grace)
    kill()
    return .hung
  }

  private func wait(for limit: Duration) -> RunOutcome.End? {
    let deadline = ContinuousClock.now + limit
    let descriptor = clinux_process_descriptor(process)
    defer { if descriptor >= 0 { close(descriptor) } }
    while true {
      if let end = poll() { return end }
      let left = deadline - ContinuousClock.now
      guard left > .zero else { return nil }
      let milliseconds = left / .milliseconds(1)
      var interest = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      // Without such a descriptor: every few milliseconds.
      let pause = descriptor >= 0 ? min(milliseconds.rounded(.up), 60_000) : 5
      unsafe _ = Glibc.poll(&interest, 1, CInt(pause))
    }
  }

  /// Asks it to say where it stands: SIGABRT is recorded as a crash.
  func stop() { _ = Glibc.kill(process, SIGABRT) }

  /// Ends it and all that it has started.
  func kill() {
    _ = Glibc.kill(-process, SIGKILL)
    _ = Glibc.kill(process, SIGKILL)
    for _ in 0..<1000 where poll() == nil { usleep(1000) }
  }
}
