// Processes that the program left behind: they became children of this one.
import CLinux
import Glibc
import LeakCheckKit

/// What programs left behind.
enum Descendants {
  /// Ends all children of this process: orphans have become its own.
  static func end() {
    for _ in 0..<100 {
      let found = folderNames("/proc/self/task").flatMap(children)
      if found.isEmpty { return }
      for child in found {
        kill(child, SIGKILL)
        var status: CInt = 0
        unsafe waitpid(child, &status, 0)
      }
    }
  }

  private static func children(ofThread thread: String) -> [pid_t] {
    let path = "/proc/self/task/\(thread)/children"
    let opened = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else { return [] }
    defer { close(opened) }
    var bytes = [UInt8](repeating: 0, count: 65536)
    let got = unsafe read(opened, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, got)), as: UTF8.self).split(separator: " ")
      .compactMap { pid_t($0) }
  }
}
