// Lines of source files, read once each, for the caret.

/// A cache of source files.
struct SourceFiles {
  private static let byteLimit = 4 << 20
  private var files: [String: [Substring]] = [:]

  /// The line at a place, `nil` when the file is not there, too long, or has no such line.
  mutating func line(at location: SourceLocation) -> String? {
    let lines = files[location.file] ?? Self.read(location.file)
    files[location.file] = lines
    guard location.line > 0, location.line <= lines.count else { return nil }
    return String(lines[location.line - 1])
  }

  private static func read(_ path: String) -> [Substring] {
    guard path.hasPrefix("/"), let file = try? OpenFile(reading: path), file.byteCount <= byteLimit,
      let bytes = file.bytes(at: 0, count: file.byteCount)
    else { return [] }
    return String(decoding: bytes, as: UTF8.self)
      .split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
  }
}
