// Folders: the private one that recordings are written to, and moving a recording out of it.
import Glibc

/// A folder of our own for one run, with mode 0700.
package struct PrivateFolder {
  /// Its path.
  package let path: String

  /// Makes a fresh folder in `TMPDIR`, or in `/tmp`.
  package init() throws(SystemError) {
    let wanted = environmentValue("TMPDIR") ?? "/tmp"
    // The path stands in quotes in ZMALLOC_DEBUG and has no way to spell a quote.
    let base = wanted.isEmpty || wanted.contains("'") || !wanted.hasPrefix("/") ? "/tmp" : wanted
    let template = base + "/zleakcheck.XXXXXX"
    var bytes = template.utf8CString
    let isMade = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return false }
      return unsafe mkdtemp(start) != nil
    }
    guard isMade else { throw SystemError("make a folder in", base) }
    path = String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The names in it, sorted.
  package var names: [String] { folderNames(path) }

  /// Removes what is in it, then itself.
  package func remove() {
    for name in names { unsafe unlink(path + "/" + name) }
    unsafe rmdir(path)
  }
}

/// The names in a folder, sorted; none when it cannot be read.
package func folderNames(_ path: String) -> [String] {
  guard let folder = unsafe opendir(path) else { return [] }
  defer { unsafe closedir(folder) }
  var names: [String] = []
  while let entry = unsafe readdir(folder) {
    let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
      unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names.sorted()
}

/// Moves a file to a path that does not exist yet; `false` when it exists.
func moveWithoutReplacing(_ source: String, to target: String) throws(SystemError) -> Bool {
  if unsafe link(source, target) == 0 {
    unsafe unlink(source)
    return true
  }
  if errno == EEXIST { return false }
  // Another file system, or one without links: copy.
  let bytes = try OpenFile.contents(of: source)
  let opened = unsafe open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
  if opened < 0 {
    if errno == EEXIST { return false }
    throw SystemError("write", target)
  }
  defer { close(opened) }
  do throws(SystemError) {
    try OutputFile.write(bytes, to: opened, target)
  } catch {
    unsafe unlink(target)
    throw error
  }
  unsafe unlink(source)
  return true
}

/// The value of a variable of the environment, `nil` when it is not set.
package func environmentValue(_ name: String) -> String? {
  guard let value = unsafe getenv(name) else { return nil }
  return unsafe String(cString: value)
}

/// The path without symbolic links, `nil` when it leads nowhere.
package func realPath(_ path: String) -> String? {
  guard let resolved = unsafe realpath(path, nil) else { return nil }
  defer { unsafe free(resolved) }
  return unsafe String(cString: resolved)
}

/// The folder that this process works in, `nil` when it is gone.
package func currentFolder() -> String? {
  guard let path = unsafe getcwd(nil, 0) else { return nil }
  defer { unsafe free(path) }
  return unsafe String(cString: path)
}
