// A program that runs, as the kernel describes it: may it be asked, and would it listen.
import Glibc
import Recording

/// A running process that can be asked for something.
struct RunningProgram {
  let identifier: pid_t
  /// The name of its file, or what the kernel calls it.
  let name: String
  /// Its effective user.
  let user: uid_t?

  /// Refuses what is not there, is another user's, or would not listen: the signal would end it.
  init(_ identifier: pid_t) throws(Refusal) {
    self.identifier = identifier
    guard identifier > 0, kill(identifier, 0) == 0 || errno != ESRCH else {
      throw Refusal("there is no process \(identifier)")
    }
    guard let status = Self.status(identifier) else {
      throw Refusal("cannot ask process \(identifier): /proc does not tell about it")
    }
    name = Self.field("Name", status) ?? "process"
    let title = "\(name) (pid \(identifier))"
    let users = (Self.field("Uid", status) ?? "").split(separator: "\t")
    user = users.count > 1 ? uid_t(users[1]) : nil
    guard kill(identifier, 0) == 0, geteuid() == 0 || users.contains("\(geteuid())") else {
      throw Refusal("cannot ask \(title): it is another user's")
    }
    let state = Self.field("State", status)?.first
    guard state != "Z", state != "X" else { throw Refusal("\(title) has ended") }
    guard state != "T", state != "t" else {
      throw Refusal("\(title) is stopped: it answers when it goes on")
    }
    let caught = UInt64(Self.field("SigCgt", status) ?? "", radix: 16) ?? 0
    guard caught >> UInt64(RequestKind.signal - 1) & 1 == 1 else {
      throw Refusal(Self.unwatched(title))
    }
  }

  /// What is said of a program that has no layer.
  static func unwatched(_ title: String) -> String {
    "\(title) is not watched: start it under `zleakcheck run`, with the preload library, or with "
      + "the debug library"
  }

  var title: String { "\(name) (pid \(identifier))" }

  /// Sends the signal.
  func ask() throws(Refusal) {
    guard kill(identifier, RequestKind.signal) == 0 else {
      throw Refusal("cannot ask \(title): \(SystemError.text(errno))")
    }
  }

  /// Whether it is still there.
  var isThere: Bool { kill(identifier, 0) == 0 }

  /// Whether the kernel tells it this process's id: not where it has process ids of its own.
  var seesThisProcess: Bool {
    var own = stat()
    var other = stat()
    guard unsafe stat("/proc/self/ns/pid", &own) == 0,
      unsafe stat("/proc/\(identifier)/ns/pid", &other) == 0
    else { return true }
    return own.st_ino == other.st_ino && own.st_dev == other.st_dev
  }

  /// What is said of a program in a network of its own that this process may not enter.
  var isElsewhere: String {
    "\(title) is in another network, which only root may enter: nsenter --target \(identifier) "
      + "--user --net --preserve-credentials zleakcheck ..."
  }

  private static func status(_ identifier: pid_t) -> String? {
    let file = unsafe open("/proc/\(identifier)/status", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 8192)
    let count = unsafe read(file, &bytes, bytes.count)
    return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
  }

  private static func field(_ name: String, _ status: String) -> String? {
    for line in status.split(separator: "\n") where line.hasPrefix(name + ":\t") {
      return String(line.dropFirst(name.utf8.count + 2))
    }
    return nil
  }
}
