// Stacks as text: aligned, runtime frames dimmed, start-up frames folded, the source line with a
// caret.

extension TextReport {
  /// Adds a moment: who and when, then its stack.
  ///
  /// - Parameters:
  ///   - moment: What happened.
  ///   - label: What it is called, as in "freed here".
  ///   - end: When the mistake was noticed, to tell how long before; `nil` when nothing was.
  ///   - relation: How it stands to the operation whose number it has.
  mutating func add(
    _ moment: Moment, _ label: String, before end: Moment? = nil, _ relation: Relation = .at
  ) {
    addHeading(label, facts(moment, before: end, relation))
    addStack(moment.stack)
  }

  /// How a moment stands to an operation: the moment of a mistake is none of its own.
  enum Relation: String {
    case at = "operation"
    case after = "after operation"
    case before = "before operation"
  }

  /// Adds `label: fact, fact`.
  package mutating func addHeading(_ label: String, _ facts: [String]) {
    let text = facts.isEmpty ? "" : ": " + facts.joined(separator: ", ")
    lines.append(style.strong("  " + label) + printable(text))
  }

  /// Who and when.
  func facts(
    _ moment: Moment, before end: Moment? = nil, _ relation: Relation = .at
  ) -> [String] {
    var facts: [String] = []
    if moment.thread != 0 {
      let name = moment.threadName
      let isNamed = !name.isEmpty && name != unnamedThread
      facts.append("thread \(moment.thread)" + (isNamed ? " \"\(name)\"" : ""))
    }
    if moment.operation != 0 {
      facts.append("\(relation.rawValue) \(grouped(moment.operation))")
    }
    if let end, let age = Self.age(moment, end) {
      facts.append(age + " earlier")
    } else if end == nil, moment.time >= Self.shortestSpan {
      facts.append("\(timeQuantity(moment.time)) after the start")
    }
    return facts
  }

  /// Nanoseconds that are worth telling: the layer reads a clock that may tick every 4 ms.
  private static let shortestSpan: UInt64 = 10_000_000

  /// How long before `end` it was: in time when both times are known and far enough apart, else
  /// in operations.
  private static func age(_ moment: Moment, _ end: Moment) -> String? {
    if moment.time != 0, end.time >= moment.time, end.time - moment.time >= shortestSpan {
      return timeQuantity(end.time - moment.time)
    }
    guard moment.operation != 0, end.operation > moment.operation else { return nil }
    return counted(end.operation - moment.operation, "operation")
  }

  /// Adds the frames of a stack, with the source line of the one to look at.
  package mutating func addStack(_ stack: ResolvedStack) {
    // What the system does to reach `main`, or the function of a thread, is no news.
    let end = stack.frames.lastIndex { $0.origin != .startup }.map { $0 + 1 } ?? stack.frames.count
    let frames = stack.frames[..<end]
    let culprit = stack.culprit
    var isCaretDue = true
    let width = min(46, frames.map { $0.title.count }.max() ?? 0)
    var repeatedCount = 0
    for (index, frame) in frames.enumerated() {
      // A function that calls itself over and over is shown twice.
      if index > 1, frame.isSamePlace(as: frames[index - 1]),
        frame.isSamePlace(as: frames[index - 2])
      {
        repeatedCount += 1
        continue
      }
      addRepetition(&repeatedCount)
      lines.append(line(frame, titleWidth: width))
      if isCaretDue, frame == culprit, let location = frame.location {
        addSource(location)
        isCaretDue = false
      }
    }
    addRepetition(&repeatedCount)
    if let remark = Self.remark(stack, isWhole: end < stack.frames.count) {
      lines.append(style.dim("    (\(remark))"))
    }
  }

  private mutating func addRepetition(_ count: inout Int) {
    if count > 0 { lines.append(style.dim("    (the same \(counted(count, "time")) more)")) }
    count = 0
  }

  /// What is missing of a stack; `isWhole` when it was followed to where the system starts it.
  private static func remark(_ stack: ResolvedStack, isWhole: Bool) -> String? {
    if stack.frames.isEmpty {
      return stack.isCut ? "no frame of the program was kept" : "no stack was kept"
    }
    if stack.isCut && !isWhole { return "cut here: the stack has more frames" }
    return stack.isOneFrame ? "one frame: the unwinder was not loaded yet" : nil
  }

  private func line(_ frame: Frame, titleWidth width: Int) -> String {
    let mark = frame.isInlined ? " (inlined)" : ""
    let room = style.columnLimit - 4 - width - 2 - mark.count
    let place = displayPlace(frame, limit: room) + mark
    let title = printable(frame.title)
    let line =
      place.isEmpty
      ? "    " + shortened(title, to: style.columnLimit - 4)
      : "    " + padded(shortened(title, to: width), to: width) + "  " + place
    return frame.origin == .runtime || frame.origin == .startup ? style.dim(line) : line
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
    let indentation = text.prefix { $0 == " " }.count
    let shift = column > 0 ? min(indentation, column - 1) : indentation
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
