// The names of signals, as `kill -l` spells them.

/// The name of a signal, as in `SIGSEGV`; its number where it has none.
public func signalName(_ number: UInt32) -> String {
  let names: [UInt32: String] = [
    1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS",
    8: "SIGFPE", 9: "SIGKILL", 10: "SIGUSR1", 11: "SIGSEGV", 12: "SIGUSR2", 13: "SIGPIPE",
    14: "SIGALRM", 15: "SIGTERM", 24: "SIGXCPU", 25: "SIGXFSZ", 31: "SIGSYS",
  ]
  return names[number] ?? "signal \(number)"
}
