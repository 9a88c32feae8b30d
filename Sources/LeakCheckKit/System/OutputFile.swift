// Writing: a report to a file or a standard stream, whole or with an error.
import Glibc

/// Where a report goes.
public enum OutputFile: Sendable, Equatable {
  /// The standard output.
  case standardOutput
  /// The standard error.
  case standardError
  /// A file, made anew.
  case path(String)

  /// Whether a person looks at it through a terminal.
  public var isTerminal: Bool {
    switch self {
    case .standardOutput: isatty(STDOUT_FILENO) == 1
    case .standardError: isatty(STDERR_FILENO) == 1
    case .path: false
    }
  }

  /// Writes `text`.
  public func write(_ text: String) throws(SystemError) {
    switch self {
    case .standardOutput: try Self.write(Array(text.utf8), to: STDOUT_FILENO, "standard output")
    case .standardError: try Self.write(Array(text.utf8), to: STDERR_FILENO, "standard error")
    case .path(let path):
      let opened = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
      guard opened >= 0 else { throw SystemError("write", path) }
      defer { close(opened) }
      try Self.write(Array(text.utf8), to: opened, path)
    }
  }

  /// Writes all of `bytes`.
  package static func write(
    _ bytes: [UInt8], to descriptor: CInt, _ name: String
  ) throws(SystemError) {
    var done = 0
    while done < bytes.count {
      let rest = bytes[done...]
      let wrote = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if wrote > 0 {
        done += wrote
      } else if errno == EAGAIN {
        // Somebody else's end of the stream is non-blocking: wait until it takes more.
        var interest = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&interest, 1, -1)
      } else if errno != EINTR {
        throw SystemError("write", name)
      }
    }
  }
}
