// A folder for one test, and what is in a folder, as a person would compare it.
import Foundation
import LeakCheckKit

@testable import OOMExplorer

/// A folder of its own for each test; it removes itself.
final class ScratchFolder {
  let path: String

  init() throws { path = try PrivateFolder().path }

  deinit { FolderCopy.removeTree(path) }

  /// The path of a name in it.
  func at(_ name: String) -> String { path + "/" + name }

  /// Writes a file, and returns its path.
  @discardableResult
  func write(_ name: String, _ text: String, mode: mode_t = 0o644) throws -> String {
    try write(name, Array(text.utf8), mode: mode)
  }

  /// Writes a file, and returns its path.
  @discardableResult
  func write(_ name: String, _ bytes: [UInt8], mode: mode_t = 0o644) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: at(name)))
    unsafe chmod(at(name), mode)
    return at(name)
  }

  /// Makes a folder.
  func makeFolder(_ name: String, mode: mode_t = 0o755) {
    unsafe mkdir(at(name), 0o700)
    unsafe chmod(at(name), mode)
  }
}

/// What stands below a folder: type and mode, then the bytes or where a link leads.
func contents(of folder: String, withTimes: Bool = false) -> [String: String] {
  var found: [String: String] = [:]
  var folders = [""]
  while let next = folders.popLast() {
    for name in folderNames(folder + "/" + next) {
      let relative = next.isEmpty ? name : next + "/" + name
      let path = folder + "/" + relative
      var status = stat()
      guard unsafe lstat(path, &status) == 0 else { continue }
      var text = String(status.st_mode, radix: 8)
      switch status.st_mode & S_IFMT {
      case S_IFDIR: folders.append(relative)
      case S_IFLNK:
        text += " " + ((try? FileManager.default.destinationOfSymbolicLink(atPath: path)) ?? "?")
      case S_IFREG:
        let data = FileManager.default.contents(atPath: path) ?? Data()
        text += " " + String(decoding: data, as: UTF8.self)
      default: break
      }
      if withTimes {
        text += " \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) \(status.st_ino)"
      }
      found[relative] = text
    }
  }
  return found
}
