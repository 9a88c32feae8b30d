// Colour and measure of text: escape sequences on a terminal only, lines of at most 100 columns.

/// How text looks.
public struct TextStyle: Sendable {
  /// Colours are allowed.
  public var isColoured: Bool
  /// Columns that a line may have.
  public var columnLimit = 100

  /// Makes a style.
  public init(isColoured: Bool) { self.isColoured = isColoured }

  /// The style for an output: coloured on a terminal, unless `NO_COLOR` is set or the terminal is
  /// dumb.
  public init(for output: OutputFile) {
    let isPlain =
      !(environmentValue("NO_COLOR") ?? "").isEmpty || environmentValue("TERM") == "dumb"
    self.init(isColoured: output.isTerminal && !isPlain)
  }

  package func bad(_ text: String) -> String { paint(text, "1;31") }
  package func strong(_ text: String) -> String { paint(text, "1") }
  package func dim(_ text: String) -> String { paint(text, "2") }
  func mark(_ text: String) -> String { paint(text, "32") }

  private func paint(_ text: String, _ code: String) -> String {
    isColoured && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

/// Cuts the middle out of text that is longer than `limit` characters.
package func shortened(_ text: String, to limit: Int) -> String {
  guard text.count > limit else { return text }
  guard limit > 8 else { return String(text.prefix(max(limit, 0))) }
  let tail = (limit - 1) / 3
  return text.prefix(limit - 1 - tail) + "…" + text.suffix(tail)
}

/// Cuts leading folders off a path that is longer than `limit` characters.
func shortenedPath(_ path: String, to limit: Int) -> String {
  guard path.count > limit else { return path }
  let tail = path.suffix(max(limit - 1, 8))
  guard let slash = tail.firstIndex(of: "/") else { return "…" + tail }
  return "…" + tail[slash...]
}

/// Breaks text into lines at spaces; a word that is longer than a line is broken anywhere.
package func wrapped(_ text: String, to limit: Int) -> [String] {
  var lines: [String] = []
  var line = ""
  for longWord in text.split(separator: " ") {
    var word = longWord
    while word.count > limit {
      if !line.isEmpty { lines.append(line) }
      line = ""
      lines.append(String(word.prefix(limit)))
      word = word.dropFirst(limit)
    }
    if !line.isEmpty && line.count + 1 + word.count > limit {
      lines.append(line)
      line = ""
    }
    line += (line.isEmpty ? "" : " ") + word
  }
  return lines + [line]
}

/// Text filled up with spaces.
package func padded(_ text: String, to width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}
