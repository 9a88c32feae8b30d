// A helper process that takes bytes and gives bytes, and that can neither block us nor hang us.
import Glibc

/// What a helper process said.
struct PipedResult {
  /// Its standard output, as far as it came.
  var output: [UInt8]
  /// It ended by itself with status 0.
  var isSuccess: Bool
  /// It was killed: nothing moved for too long, or it said far too much.
  var isTimedOut: Bool
}

/// A helper process between two sockets.
///
/// Its input is a socket and not a pipe, so that a helper that died is an error of `send` and not a
/// SIGPIPE.
struct PipedProcess {
  private let identifier: pid_t
  private var inputEnd: CInt
  private let outputEnd: CInt

  /// Starts `path`; its standard error goes to `/dev/null`.
  init(_ path: String, arguments: [String], environment: [String]) throws(SystemError) {
    let input = try Self.pair()
    let output = try Self.pair(closingOnFailure: input)
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, input.theirs, STDIN_FILENO)
    unsafe posix_spawn_file_actions_adddup2(&actions, output.theirs, STDOUT_FILENO)
    unsafe posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    var started: pid_t = 0
    let argumentArray = CStringArray([path] + arguments)
    let environmentArray = CStringArray(environment)
    let code =
      unsafe argumentArray.withPointers { arguments in
        unsafe environmentArray.withPointers { environment in
          unsafe posix_spawn(&started, path, &actions, nil, arguments, environment)
        }
      } ?? nil
    close(input.theirs)
    close(output.theirs)
    guard code == 0 else {
      close(input.ours)
      close(output.ours)
      throw SystemError("start", path, code: code ?? ENOMEM)
    }
    identifier = started
    inputEnd = input.ours
    outputEnd = output.ours
  }

  private static func pair(
    closingOnFailure other: (ours: CInt, theirs: CInt) = (-1, -1)
  ) throws(SystemError) -> (ours: CInt, theirs: CInt) {
    var ends: (CInt, CInt) = (-1, -1)
    let code = unsafe withUnsafeMutablePointer(to: &ends) { ends in
      unsafe ends.withMemoryRebound(to: CInt.self, capacity: 2) { ends in
        let type = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        return unsafe socketpair(AF_UNIX, type, 0, ends)
      }
    }
    guard code == 0 else {
      let failure = SystemError("make", "a pair of sockets")
      if other.ours >= 0 { close(other.ours) }
      if other.theirs >= 0 { close(other.theirs) }
      throw failure
    }
    return ends
  }

  /// Sends `input` while it takes what comes back, until the process closes its output.
  ///
  /// - Parameters:
  ///   - input: Everything that the process shall read.
  ///   - outputByteLimit: What it may say; one that says more is out of order and killed, its words
  ///     thrown away.
  ///   - patience: Milliseconds without any movement after which it is killed.
  /// - Returns: What it said, and how it ended.
  mutating func exchange(
    _ input: [UInt8], outputByteLimit: Int, patience: CInt
  ) -> PipedResult {
    var result = PipedResult(output: [], isSuccess: false, isTimedOut: false)
    var sent = 0
    var isOpen = true
    if input.isEmpty { closeInput() }
    while isOpen {
      var ends = [
        pollfd(fd: outputEnd, events: Int16(POLLIN), revents: 0),
        pollfd(fd: inputEnd, events: Int16(POLLOUT), revents: 0),
      ]
      let ready = unsafe poll(&ends, 2, patience)
      if ready < 0 && errno == EINTR { continue }
      if ready <= 0 {
        result.isTimedOut = true
        break
      }
      if ends[0].revents != 0 { isOpen = receive(into: &result.output) }
      if result.output.count > outputByteLimit {
        result.output = []
        result.isTimedOut = true
        break
      }
      if inputEnd >= 0, ends[1].revents != 0 { send(input, &sent) }
    }
    closeInput()
    close(outputEnd)
    if result.isTimedOut { kill(identifier, SIGKILL) }
    var status: CInt = 0
    while unsafe waitpid(identifier, &status, 0) < 0 && errno == EINTR {}
    result.isSuccess = !result.isTimedOut && status == 0
    return result
  }

  private mutating func send(_ input: [UInt8], _ sent: inout Int) {
    let flags = CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)
    let count = unsafe input[sent...].withUnsafeBytes {
      unsafe Glibc.send(inputEnd, $0.baseAddress, $0.count, flags)
    }
    if count > 0 { sent += count }
    let isBroken = count < 0 && errno != EAGAIN && errno != EINTR
    if sent == input.count || isBroken { closeInput() }
  }

  private func receive(into output: inout [UInt8]) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe read(outputEnd, &chunk, chunk.count)
    if count > 0 { output.append(contentsOf: chunk[..<count]) }
    return count > 0 || (count < 0 && errno == EINTR)
  }

  private mutating func closeInput() {
    if inputEnd >= 0 { close(inputEnd) }
    inputEnd = -1
  }
}
