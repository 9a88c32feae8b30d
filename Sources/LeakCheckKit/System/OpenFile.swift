// A file that is open for reading: the only way in which the kit reads files that others named.
import Glibc

/// A regular file, open for reading; it closes itself.
///
/// A name can come from a recording that somebody else made: so nothing but a regular file is
/// opened, and opening a device or a pipe cannot hang.
package struct OpenFile: ~Copyable {
  private let descriptor: CInt
  /// The byte count when it was opened.
  package let byteCount: Int
  /// Permission and type bits.
  let mode: mode_t

  /// Opens the regular file at `path`.
  package init(reading path: String) throws(SystemError) {
    let opened = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard opened >= 0 else { throw SystemError("open", path) }
    var status = stat()
    let isKnown = unsafe fstat(opened, &status) == 0
    guard isKnown, status.st_mode & S_IFMT == S_IFREG else {
      let code = isKnown ? (status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL) : errno
      close(opened)
      throw SystemError("open", path, code: code)
    }
    descriptor = opened
    byteCount = Int(status.st_size)
    mode = status.st_mode
  }

  deinit { close(descriptor) }

  /// The `count` bytes at `offset`, or `nil` when the file has not that many there.
  package func bytes(at offset: Int, count: Int) -> [UInt8]? {
    guard offset >= 0, count >= 0, count <= byteCount, offset <= byteCount - count else {
      return nil
    }
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        guard let base = buffer.baseAddress else { return }
        let got = unsafe pread(descriptor, base + filled, count - filled, off_t(offset + filled))
        if got < 0 && errno == EINTR { continue }
        if got <= 0 { return }
        filled += got
      }
    }
    return bytes.count == count ? bytes : nil
  }

  /// The whole file behind a descriptor, which stays open.
  static func contents(ofDescriptor descriptor: CInt) throws(SystemError) -> [UInt8] {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else { throw SystemError("read", "the recording") }
    let file = OpenFile(adopting: copy)
    guard let bytes = file.bytes(at: 0, count: file.byteCount) else {
      throw SystemError("read", "the recording")
    }
    return bytes
  }

  private init(adopting opened: CInt) {
    var status = stat()
    _ = unsafe fstat(opened, &status)
    descriptor = opened
    byteCount = Int(status.st_size)
    mode = status.st_mode
  }

  /// The whole regular file at `path`.
  package static func contents(of path: String) throws(SystemError) -> [UInt8] {
    let file = try OpenFile(reading: path)
    guard let bytes = file.bytes(at: 0, count: file.byteCount) else {
      throw SystemError("read", path)
    }
    return bytes
  }
}

/// What a file is, without opening it.
package struct FileStatus {
  let mode: mode_t
  let device: dev_t
  let inode: ino_t

  /// The status of what `path` leads to, `nil` when there is nothing.
  package init?(of path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    mode = status.st_mode
    device = status.st_dev
    inode = status.st_ino
  }

  package var isRegular: Bool { mode & S_IFMT == S_IFREG }
  package var isFolder: Bool { mode & S_IFMT == S_IFDIR }
}

/// Whether this process may execute `path`.
func isExecutable(_ path: String) -> Bool { unsafe access(path, X_OK) == 0 }
