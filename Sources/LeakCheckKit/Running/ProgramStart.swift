// The start of a program with the signals that we were started with: blocked ones stay blocked,
// ignored ones ignored.
import Glibc

/// Starts a program.
///
/// - Parameters:
///   - path: The program.
///   - arguments: Its name and its arguments.
///   - environment: Each `NAME=value`.
///   - mask: The signals that it blocks.
///   - ignoresChildren: It ignores SIGCHLD, though we do not.
/// - Returns: Its id, or what errno was.
func startProgram(
  path: String, arguments: [String], environment: [String], mask: sigset_t, ignoresChildren: Bool
) -> (identifier: pid_t, code: CInt) {
  let argumentArray = CStringArray(arguments)
  let environmentArray = CStringArray(environment)
  let result =
    unsafe argumentArray.withPointers { arguments in
      unsafe environmentArray.withPointers { environment in
        ignoresChildren
          ? unsafe forked(path, arguments, environment, mask)
          : unsafe spawned(path, arguments, environment, mask)
      }
    } ?? nil
  return result ?? (0, ENOMEM)
}

private func spawned(
  _ path: String, _ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>,
  _ environment: UnsafePointer<UnsafeMutablePointer<CChar>?>, _ mask: sigset_t
) -> (identifier: pid_t, code: CInt) {
  var attributes = posix_spawnattr_t()
  unsafe posix_spawnattr_init(&attributes)
  defer { unsafe posix_spawnattr_destroy(&attributes) }
  var mask = mask
  unsafe posix_spawnattr_setsigmask(&attributes, &mask)
  unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
  var identifier: pid_t = 0
  let code = unsafe posix_spawn(&identifier, path, nil, &attributes, arguments, environment)
  return (identifier, code)
}

/// Forks; Swift leaves it out, because what runs between it and exec must not allocate.
///
/// Nothing here does.
@_silgen_name("fork")
@unsafe private func forkProcess() -> pid_t

/// The same by fork: `posix_spawn` can set a signal to its default in the child, but cannot ignore
/// one.
///
/// Were it ignored here for the moment of a spawn, a program that ends in that moment would leave
/// no status.
private func forked(
  _ path: String, _ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>,
  _ environment: UnsafePointer<UnsafeMutablePointer<CChar>?>, _ mask: sigset_t
) -> (identifier: pid_t, code: CInt) {
  var ends: (CInt, CInt) = (-1, -1)
  let piped = unsafe withUnsafeMutablePointer(to: &ends) { ends in
    unsafe ends.withMemoryRebound(to: CInt.self, capacity: 2) { unsafe pipe($0) }
  }
  guard piped == 0 else { return (0, errno) }
  // Closed by a successful exec: then nothing comes.
  _ = fcntl(ends.1, F_SETFD, FD_CLOEXEC)
  var mask = mask
  let identifier = unsafe path.withCString { path in
    let identifier = unsafe forkProcess()
    if identifier == 0 {
      close(ends.0)
      signal(SIGCHLD, SIG_IGN)
      unsafe sigprocmask(SIG_SETMASK, &mask, nil)
      unsafe execve(path, arguments, environment)
      var code = errno
      unsafe _ = write(ends.1, &code, 4)
      _exit(127)
    }
    return identifier
  }
  let failure = errno
  close(ends.1)
  defer { close(ends.0) }
  guard identifier > 0 else { return (0, failure) }
  var code: CInt = 0
  while unsafe read(ends.0, &code, 4) < 0 && errno == EINTR {}
  if code != 0 { waitpid(identifier, nil, 0) }
  return (identifier, code)
}
