// Stacks as text: aligned, runtime frames dimmed, start-up frames folded, the source line with a
// caret.

extension TextReport {
  /// Adds a moment: who and when, then its stack.
  ///
  /// - Parameters:
  ///   - moment: What happened.
  ///   - label: What it is called, as in "freed here".
  ///   - end: When the mistake was noticed, to tell the age; 0 to tell the time since the start.
  mutating func add(_ moment: Moment, _ label: String, before end: UInt64) {
    var facts: [String] = []
    if moment.thread != 0 {
      let name = moment.threadName.isEmpty ? "" : " \"\(moment.threadName)\""
      facts.append("thread \(moment.thread)\(name)")
    }
    if moment.operation != 0 { facts.append("operation \(grouped(moment.operation))") }
    if moment.time != 0 {
      facts.append(
        end >= moment.time && end != 0
          ? "\(timeQuantity(end - moment.time)) before it was noticed"
          : "\(timeQuantity(moment.time)) after the start")
    }
    let text = facts.isEmpty ? "" : ": " + facts.joined(separator: ", ")
    lines.append(style.strong("  " + label) + printable(text))
    add(moment.stack)
  }

  private mutating func add(_ stack: ResolvedStack) {
    let end = stack.frames.lastIndex { $0.origin != .startup }.map { $0 + 1 } ?? stack.frames.count
    let frames = stack.frames[..<end]
    let culprit = stack.culprit
    var isCaretDue = true
    let width = min(46, frames.map { $0.title.count }.max() ?? 0)
    for frame in frames {
      let mark = frame.isInlined ? " (inlined)" : ""
      let room = style.columnLimit - 4 - width - 2 - mark.count
      let place = displayPlace(frame, limit: room) + mark
      let title = shortened(printable(frame.title), to: width)
      let line =
        place.isEmpty
        ? "    " + shortened(printable(frame.title), to: style.columnLimit - 4)
        : "    " + padded(title, to: width) + "  " + place
      lines.append(
        frame.origin == .runtime || frame.origin == .startup ? style.dim(line) : line)
      if isCaretDue, frame == culprit, let location = frame.location {
        addSource(location)
        isCaretDue = false
      }
    }
    if stack.frames.isEmpty { lines.append(style.dim("    (no stack was kept)")) }
    if stack.isCut { lines.append(style.dim("    (cut here: the stack has more frames)")) }
    if stack.isOneFrame {
      lines.append(style.dim("    (one frame: the unwinder was not loaded yet)"))
    }
  }

  /// `src/parse.c:210:12`; the module for a runtime's frame and where no line is known.
  private func displayPlace(_ frame: Frame, limit: Int) -> String {
    let module = printable(frame.moduleName ?? "?")
    guard let location = frame.location else {
      return frame.function == nil ? "" : shortened("in " + module, to: limit)
    }
    if frame.origin == .runtime || frame.origin == .startup {
      return shortened("in \(module) (\(printable(placeName(frame))))", to: limit)
    }
    var path = location.file
    if let folder, folder != "/", path.hasPrefix(folder + "/") {
      path = String(path.dropFirst(folder.count + 1))
    }
    let place = ":\(location.line)" + (location.column.map { ":\($0)" } ?? "")
    return shortenedPath(printable(path), to: limit - place.count) + place
  }

  private mutating func addSource(_ location: SourceLocation) {
    guard let line = sources.line(at: location) else { return }
    let number = padded("", to: max(0, 7 - String(location.line).count)) + String(location.line)
    let room = style.columnLimit - 4 - 7 - 3
    let (text, column) = Self.expandTabs(line, column: location.column ?? 0)
    // A long line is shown from its indentation on.
    let shift = min(text.prefix { $0 == " " }.count, max(0, column - 1))
    let shown = text.dropFirst(shift)
    lines.append(
      style.dim("    \(number) | ") + printable(String(shown.prefix(room))))
    if column > shift, column - shift <= room {
      let space = String(repeating: " ", count: column - shift - 1)
      lines.append(style.dim("            | ") + space + style.mark("^"))
    }
  }

  /// Tabs become spaces; the column, which counts bytes, becomes one of characters.
  private static func expandTabs(_ line: String, column: Int) -> (String, Int) {
    var text = ""
    var byte = 1
    var place = 0
    for character in line {
      if column >= byte && column < byte + character.utf8.count { place = text.count + 1 }
      byte += character.utf8.count
      if character == "\t" {
        text += String(repeating: " ", count: 8 - text.count % 8)
      } else {
        text.append(character)
      }
    }
    return (text, place)
  }
}
