// A copy of the working folder, the same again for each run: what a run changed is found by looking
// at the files, and put back.
import CLinux
import Glibc
import LeakCheckKit

/// What a run did to one path.
enum FileChange: Sendable, Equatable {
  /// It is gone.
  case removed
  /// It is new, or holds something else: a digest of type, mode and bytes.
  case content(UInt64)
}

/// A file, by whatever path.
struct FileIdentity: Hashable {
  private var device: dev_t
  private var inode: ino_t

  init(_ status: stat) {
    device = status.st_dev
    inode = status.st_ino
  }

  /// Those of the files at `paths` that are there, and of our own output streams: a shell may have
  /// led them into the folder.
  static func ours(_ paths: [String]) -> Set<Self> {
    var found: Set<Self> = []
    var status = stat()
    for path in paths where unsafe stat(path, &status) == 0 { found.insert(Self(status)) }
    for stream in [STDOUT_FILENO, STDERR_FILENO] where unsafe fstat(stream, &status) == 0 {
      found.insert(Self(status))
    }
    return found
  }
}

/// A copy of a folder.
@safe
final class FolderCopy {
  /// What stands at a path.
  private struct Entry: Equatable {
    var mode: mode_t
    var byteCount: off_t
    var seconds: Int
    var nanoseconds: Int
    var inode: ino_t
  }

  /// The most bytes and files that are copied.
  static let byteLimit: Int64 = 512 << 20
  static let fileLimit = 20_000
  /// What the folder may have while a run works in it: as much again as could be copied.
  var runFileLimit = 2 * fileLimit
  var runByteLimit = 2 * byteLimit

  let path: String
  private let source: String
  private let watch: CInt
  private let leftOut: Set<FileIdentity>
  private var pristine: [String: Entry] = [:]
  private var isDirty = false

  /// Copies `source` to a new folder at `path`.
  ///
  /// - Parameters:
  ///   - source: What is copied.
  ///   - path: Where nothing is yet.
  ///   - paths: Files and folders that are left out: a campaign's own, which grow while copies are
  ///     made.
  /// - Throws: A sentence when there is too much, or no room for it.
  init(of source: String, at path: String, without paths: [String] = []) throws(Refusal) {
    self.source = source
    self.path = path
    leftOut = FileIdentity.ours(paths)
    watch = clinux_watch()
    var copied: Int64 = 0
    var count = 0
    guard unsafe mkdir(path, 0o700) == 0 else {
      throw Refusal("cannot make the folder \(path): \(SystemError.text(errno))")
    }
    try copyTree(from: source, to: path, &copied, &count)
    pristine = Self.list(path)
    watchFolders()
  }

  deinit { if watch >= 0 { close(watch) } }

  private func watchFolders() {
    guard watch >= 0 else { return }
    var isWatched = unsafe clinux_watch_folder(watch, path)
    for (name, entry) in pristine where entry.mode & S_IFMT == S_IFDIR {
      if unsafe !clinux_watch_folder(watch, path + "/" + name) { isWatched = false }
    }
    _ = clinux_watch_has_changes(watch)
    if !isWatched { isDirty = true }
  }

  /// What the last run changed, by path.
  func changes() -> [String: FileChange] {
    // Where folders cannot be watched, the files are looked at each time.
    guard isDirty || watch < 0 || clinux_watch_has_changes(watch) else { return [:] }
    // Whatever happened, the next run needs the folders watched anew: one may be another by now.
    isDirty = true
    var changes: [String: FileChange] = [:]
    let now = Self.list(path)
    for (name, entry) in now {
      if entry == pristine[name] { continue }
      let digest = Self.digest(path + "/" + name, entry.mode)
      // Touched, but the same: no change that anybody reads.
      if pristine[name]?.mode == entry.mode,
        digest == Self.digest(source + "/" + name, entry.mode)
      {
        continue
      }
      changes[name] = .content(digest)
    }
    for name in pristine.keys where now[name] == nil { changes[name] = .removed }
    return changes
  }

  /// Makes it what it was.
  func renew() throws(Refusal) {
    guard isDirty || watch < 0 || clinux_watch_has_changes(watch) else { return }
    openFolders()
    let now = Self.list(path)
    if now != pristine { try bringBack(from: now) }
    isDirty = false
    watchFolders()
  }

  private func bringBack(from now: [String: Entry]) throws(Refusal) {
    // Parents come after what is in them.
    for (name, entry) in now.sorted(by: { $0.key > $1.key }) where entry != pristine[name] {
      if entry.mode & S_IFMT == S_IFDIR {
        Self.removeTree(path + "/" + name)
      } else {
        unsafe unlink(path + "/" + name)
      }
    }
    var copied: Int64 = 0
    var count = 0
    for name in pristine.keys.sorted() where Self.entry(path + "/" + name) != pristine[name] {
      try Self.copyOne(source + "/" + name, path + "/" + name, &copied, &count)
      pristine[name] = Self.entry(path + "/" + name)
    }
  }

  /// Gives folders their modes again: one that is closed hides and keeps what is in it.
  private func openFolders() {
    // The folder itself may be gone.
    unsafe mkdir(path, 0o700)
    unsafe chmod(path, 0o700)
    for (name, entry) in pristine.sorted(by: { $0.key < $1.key })
    where entry.mode & S_IFMT == S_IFDIR {
      let mode = Self.entry(path + "/" + name)?.mode ?? 0
      guard mode & S_IFMT == S_IFDIR, mode != entry.mode else { continue }
      unsafe chmod(path + "/" + name, entry.mode & 0o7777)
    }
  }

  /// Removes it.
  func remove() { Self.removeTree(path) }
}

extension FolderCopy {
  private static func entry(_ path: String) -> Entry? {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return nil }
    // A folder's size and times change with what is in it.
    let isFolder = status.st_mode & S_IFMT == S_IFDIR
    return Entry(
      mode: status.st_mode, byteCount: isFolder ? 0 : status.st_size,
      seconds: isFolder ? 0 : status.st_mtim.tv_sec,
      nanoseconds: isFolder ? 0 : status.st_mtim.tv_nsec, inode: isFolder ? 0 : status.st_ino)
  }

  /// Everything below a folder, by its path in it.
  private static func list(_ path: String) -> [String: Entry] {
    var found: [String: Entry] = [:]
    var folders = [""]
    while let folder = folders.popLast() {
      for name in folderNames(folder.isEmpty ? path : path + "/" + folder) {
        let relative = folder.isEmpty ? name : folder + "/" + name
        guard let entry = entry(path + "/" + relative) else { continue }
        found[relative] = entry
        if entry.mode & S_IFMT == S_IFDIR { folders.append(relative) }
      }
    }
    return found
  }

  private func copyTree(
    from source: String, to target: String, _ copied: inout Int64, _ count: inout Int
  ) throws(Refusal) {
    var folders = [""]
    while let folder = folders.popLast() {
      for name in folderNames(folder.isEmpty ? source : source + "/" + folder) {
        let relative = folder.isEmpty ? name : folder + "/" + name
        var status = stat()
        guard unsafe lstat(source + "/" + relative, &status) == 0,
          !leftOut.contains(FileIdentity(status))
        else { continue }
        try Self.copyOne(source + "/" + relative, target + "/" + relative, &copied, &count)
        if status.st_mode & S_IFMT == S_IFDIR { folders.append(relative) }
      }
    }
  }

  /// Copies one file, link or empty folder; sockets and devices are left out.
  private static func copyOne(
    _ source: String, _ target: String, _ copied: inout Int64, _ count: inout Int
  ) throws(Refusal) {
    var status = stat()
    guard unsafe lstat(source, &status) == 0 else { return }
    count += 1
    let isFile = status.st_mode & S_IFMT == S_IFREG
    if isFile { copied += Int64(status.st_size) }
    guard copied <= byteLimit, count <= fileLimit else {
      throw Refusal(
        "cannot copy the working folder: it has more than 512 MiB or 20,000 files; name the part "
          + "that the program needs by --folder")
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR:
      // The mask of this process takes nothing from the mode.
      unsafe mkdir(target, 0o700)
      unsafe chmod(target, status.st_mode & 0o7777 | 0o700)
    case S_IFLNK:
      var text = [CChar](repeating: 0, count: 4096)
      let length = unsafe readlink(source, &text, 4095)
      if length > 0 { unsafe symlink(text, target) }
    case S_IFREG:
      try copyFile(source, target, status)
    default: break
    }
  }

  /// Copies the bytes of a file.
  ///
  /// One that we cannot read, or not as a file is read (the kernel's own), the program has to do
  /// without. One that is cut short because there is no room would make the program another.
  private static func copyFile(
    _ source: String, _ target: String, _ status: stat
  ) throws(Refusal) {
    let from = unsafe open(source, O_RDONLY | O_CLOEXEC)
    guard from >= 0 else { return }
    defer { close(from) }
    let to = unsafe open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    let isCopied = to >= 0 && clinux_copy_bytes(from, to, UInt64(status.st_size))
    let code = errno
    if !isCopied, [ENOSPC, EDQUOT, EFBIG].contains(code) || to < 0 {
      if to >= 0 { close(to) }
      throw Refusal("cannot copy the working folder: \(target): \(SystemError.text(code))")
    }
    fchmod(to, status.st_mode & 0o7777)
    close(to)
    _ = unsafe clinux_copy_times(source, target)
  }

  /// FNV-1a (Fowler, Noll, Vo) over type, mode and bytes.
  private static func digest(_ path: String, _ mode: mode_t) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ UInt64(mode)
    func add(_ word: UInt64) { hash = (hash ^ word) &* 0x100_0000_01B3 }
    switch mode & S_IFMT {
    case S_IFLNK:
      var text = [CChar](repeating: 0, count: 4096)
      let length = unsafe readlink(path, &text, 4095)
      for byte in text.prefix(max(0, length)) { add(UInt64(UInt8(bitPattern: byte))) }
    case S_IFREG:
      guard let bytes = try? OpenFile.contents(of: path) else { return 0 }
      for byte in bytes { add(UInt64(byte)) }
    default: break
    }
    return hash
  }

  /// Removes a folder and all that is in it, also where modes forbid it.
  static func removeTree(_ path: String) {
    unsafe chmod(path, 0o700)
    for name in folderNames(path) {
      let below = path + "/" + name
      var status = stat()
      guard unsafe lstat(below, &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        removeTree(below)
      } else {
        unsafe unlink(below)
      }
    }
    unsafe rmdir(path)
  }
}
