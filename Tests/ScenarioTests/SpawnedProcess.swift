// A child by posix_spawn. Foundation's Process gives the child the signal mask of the thread that
// starts it, and the threads of Swift tasks block most signals.
import Foundation

/// A child process in a process group of its own, with no signal blocked or ignored.
struct SpawnedProcess: Sendable {
  private let pid: pid_t

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - path: The program.
  ///   - arguments: Its name and its arguments.
  ///   - environment: Each `NAME=value`.
  /// - Throws: `POSIXError` when there is no such program or no room.
  init(path: String, arguments: [String], environment: [String]) throws {
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    var all = sigset_t()
    unsafe sigemptyset(&none)
    unsafe sigfillset(&all)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))

    var pid: pid_t = 0
    let code = unsafe withCStrings(arguments) { arguments in
      unsafe withCStrings(environment) { environment in
        unsafe posix_spawn(&pid, path, nil, &attributes, arguments, environment)
      }
    }
    guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EINVAL) }
    self.pid = pid
  }

  /// Waits for the end: the exit status, or 128 and the signal's number as a shell says it.
  ///
  /// - Parameter limit: When it has passed, the child and its group are killed.
  /// - Returns: `nil` when the limit was met.
  func status(within limit: Duration) async -> Int? {
    let start = ContinuousClock.now
    let killer = Task { [pid] in
      try await Task.sleep(for: limit)
      kill(-pid, SIGKILL)
    }
    let status = await withCheckedContinuation { continuation in
      DispatchQueue.global().async { [pid] in
        var status: Int32 = 0
        while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR { continue }
        continuation.resume(returning: Int(status))
      }
    }
    killer.cancel()
    guard ContinuousClock.now - start < limit else { return nil }
    let signal = status & 0x7f
    return signal == 0 ? (status >> 8) & 0xff : 128 + signal
  }
}

/// Lends `strings` as a C array that ends with a null pointer.
private func withCStrings<Value>(
  _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Value
) -> Value {
  var pointers = unsafe strings.map { unsafe strdup($0) } + [nil]
  defer { unsafe pointers.forEach { unsafe free($0) } }
  return unsafe body(&pointers)
}
