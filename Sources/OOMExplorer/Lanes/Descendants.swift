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

  /// Ends the children of this process that come from a program in this folder: daemons of runs
  /// that have ended.
  ///
  /// - Parameters:
  ///   - folder: A lane's, which is in the environment of whatever was started there.
  ///   - kept: Processes that stay.
  static func end(in folder: String, except kept: [pid_t]) {
    let mark = Array("PWD=\(folder)".utf8)
    for child in folderNames("/proc/self/task").flatMap(children) where !kept.contains(child) {
      guard environment(of: child).split(separator: 0).contains(where: mark.elementsEqual) else {
        continue
      }
      kill(child, SIGKILL)
      var status: CInt = 0
      unsafe waitpid(child, &status, 0)
    }
  }

  private static func environment(of process: pid_t) -> [UInt8] {
    let opened = unsafe open("/proc/\(process)/environ", O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else { return [] }
    defer { close(opened) }
    var bytes = [UInt8](repeating: 0, count: 65536)
    let got = unsafe read(opened, &bytes, bytes.count)
    return Array(bytes.prefix(max(0, got)))
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
