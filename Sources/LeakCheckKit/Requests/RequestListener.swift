// The socket on which the answer to a request comes: in the namespace without files, named after
// this process, so that a program that may open no file can find it too.
import CLinux
import Glibc
import Recording

/// Listens for one kind of request.
struct RequestListener: ~Copyable {
  private let socket: CInt

  /// What came, and the descriptor that came with it.
  struct Answer {
    var message: RequestAnswer
    var descriptor: CInt?
  }

  /// Listens, where the program can see it; one process at a time can, for each kind.
  init(_ kind: RequestKind, for program: RunningProgram) throws(Refusal) {
    socket = clinux_socket_beside(program.identifier)
    guard socket >= 0 else {
      let code = errno
      guard code != EPERM else { throw Refusal(program.isElsewhere) }
      throw Refusal("cannot listen for an answer: \(SystemError.text(code))")
    }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // The kernel shows a program no processes but those that it can see.
    let own = program.seesThisProcess ? getpid() : 0
    let name = Array("\0zleakcheck.\(own).\(kind.rawValue)".utf8)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { path in
      unsafe path.copyBytes(from: name)
    }
    let size = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
    let isBound = unsafe withUnsafePointer(to: &address) { address in
      unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(socket, $0, size) == 0
      }
    }
    guard isBound, Self.listens(socket, program.user) else {
      let code = errno
      if socket >= 0 { close(socket) }
      throw Refusal("cannot listen for an answer: \(SystemError.text(code))")
    }
  }

  deinit { close(socket) }

  /// The program answers root and its own user; in a container it may not know root from others.
  private static func listens(_ socket: CInt, _ user: uid_t?) -> Bool {
    guard geteuid() == 0, let user, user != 0, seteuid(user) == 0 else {
      return listen(socket, 4) == 0
    }
    defer { seteuid(0) }
    return listen(socket, 4) == 0
  }

  /// Waits for the connection, and then for the message.
  ///
  /// - Parameters:
  ///   - connectLimit: Milliseconds for the first.
  ///   - answerLimit: Milliseconds for the second.
  /// - Returns: The answer; nil when nobody connected in time.
  /// - Throws: `Refusal` when the answer broke off.
  func next(connectLimit: Int32, answerLimit: Int32) throws(Refusal) -> Answer? {
    guard Self.isReady(socket, connectLimit) else { return nil }
    let connection = accept(socket, nil, nil)
    guard connection >= 0 else { return nil }
    defer { close(connection) }
    guard Self.isReady(connection, answerLimit) else {
      throw Refusal("the program began to answer and did not end")
    }
    return try Self.receive(connection)
  }

  private static func isReady(_ descriptor: CInt, _ limit: Int32) -> Bool {
    var asked = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&asked, 1, limit) == 1
  }

  private static func receive(_ connection: CInt) throws(Refusal) -> Answer {
    var message = RequestAnswer()
    // A cmsghdr of 16 bytes, and the descriptor.
    var control = InlineArray<4, UInt64>(repeating: 0)
    let size = MemoryLayout<RequestAnswer>.size
    let (got, hasControl) = unsafe withUnsafeMutableBytes(of: &message) { bytes in
      unsafe withUnsafeMutableBytes(of: &control) { control in
        var piece = unsafe iovec(iov_base: bytes.baseAddress, iov_len: size)
        return unsafe withUnsafeMutablePointer(to: &piece) { piece in
          var header = unsafe msghdr()
          unsafe header.msg_iov = piece
          unsafe header.msg_iovlen = 1
          unsafe header.msg_control = control.baseAddress
          unsafe header.msg_controllen = 32
          let got = unsafe recvmsg(connection, &header, CInt(MSG_CMSG_CLOEXEC))
          return unsafe (got, header.msg_controllen >= 20)
        }
      }
    }
    guard got == size else {
      throw Refusal("the program's copy ended before it had recorded: ask again")
    }
    let descriptor = hasControl ? CInt(truncatingIfNeeded: control[2]) : nil
    return Answer(message: message, descriptor: descriptor)
  }
}
