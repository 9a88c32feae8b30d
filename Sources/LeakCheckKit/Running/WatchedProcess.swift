// The watched program: started with our streams and our process group, waited for, its signals left
// alone.
import Glibc

/// The watched program.
struct WatchedProcess {
  /// Its id.
  let identifier: pid_t
  private let oldMask: sigset_t
  private static let watched = [SIGCHLD, SIGINT, SIGQUIT, SIGTERM, SIGHUP]

  /// Whether we were started with SIGCHLD ignored: asked once, before that is changed.
  private static let ignoresChildren = {
    var action = sigaction()
    unsafe sigaction(SIGCHLD, nil, &action)
    let handler = unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    let ignoring = unsafe unsafeBitCast(SIG_IGN, to: Int.self)
    return handler == ignoring
  }()

  /// Starts a program.
  ///
  /// The signals that concern both are blocked from before the start until ``wait()`` returns: the
  /// program gets the mask that we had, and none of ours is lost in between.
  init(path: String, arguments: [String], environment: [String]) throws(Refusal) {
    // With SIGCHLD ignored a child's status would be lost; the program ignores it if we were
    // started so.
    let ignoresChildren = Self.ignoresChildren
    if ignoresChildren { signal(SIGCHLD, SIG_DFL) }
    var mask = sigset_t()
    unsafe sigemptyset(&mask)
    for number in Self.watched { unsafe sigaddset(&mask, number) }
    var old = sigset_t()
    unsafe sigprocmask(SIG_BLOCK, &mask, &old)
    oldMask = old
    let (started, code) = startProgram(
      path: path, arguments: arguments, environment: environment, mask: old,
      ignoresChildren: ignoresChildren)
    guard code == 0 else {
      unsafe sigprocmask(SIG_SETMASK, &old, nil)
      throw Refusal("cannot run \(path): \(SystemError.text(code))")
    }
    identifier = started
  }

  /// Waits for its end.
  ///
  /// An interrupt or quit from the terminal goes to the whole process group: the program has its
  /// own and decides. A termination or hangup that somebody sent to us alone is passed on. Stopping
  /// and continuing need nothing: the terminal's signals reach both of us.
  func wait() -> ProgramEnd {
    var mask = sigset_t()
    unsafe sigemptyset(&mask)
    for number in Self.watched { unsafe sigaddset(&mask, number) }
    defer {
      var old = oldMask
      unsafe sigprocmask(SIG_SETMASK, &old, nil)
    }
    while true {
      var status: CInt = 0
      let ended = unsafe waitpid(identifier, &status, WNOHANG)
      if ended == identifier { return ProgramEnd(waitStatus: status) }
      if ended < 0 && errno != EINTR { return .exited(ExitStatus.failed) }
      var information = unsafe siginfo_t()
      let number = unsafe sigwaitinfo(&mask, &information)
      let isPassedOn = number == SIGTERM || number == SIGHUP
      // The kernel's own hangup (`si_code` above 0) went to the program as well.
      if isPassedOn, unsafe information.si_code <= 0 { kill(identifier, number) }
    }
  }
}
