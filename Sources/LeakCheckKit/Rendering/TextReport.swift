// The report as text: findings in order of weight, then totals, then what to do next.
import Recording

/// Renders reports as text.
public struct TextReport {
  /// How it looks.
  public var style: TextStyle
  /// Paths below this folder are shown relative to it.
  public var folder: String?
  var sources = SourceFiles()
  package var lines: [String] = []
  /// The kernel's name of a thread that nobody named: the program's, cut at 15 bytes.
  var unnamedThread = ""
  /// The injected failures whose stacks stand in the report already.
  var shownFaults: Set<UInt32> = []

  /// Makes a renderer.
  public init(style: TextStyle) {
    self.style = style
    folder = currentFolder()
  }

  /// The report, each line ended.
  public mutating func render(_ report: Report) -> String {
    lines = []
    unnamedThread = String(decoding: report.programName.utf8.prefix(15), as: UTF8.self)
    shownFaults = []
    addHeader(report)
    for violation in report.violations { add(violation) }
    if let crash = report.crash { add(crash) }
    for leak in report.leaks { add(leak) }
    if report.omittedLeakCount > 0 {
      lines.append("")
      let blocks = counted(report.omittedBlockCount, "block")
      addWrapped(
        "\(counted(report.omittedLeakCount, "more leak")) (\(blocks), "
          + "\(byteQuantity(report.omittedByteCount))) left out here; --all shows all.")
    }
    for site in report.reachable ?? [] { add(site) }
    if report.omittedReachableCount > 0 {
      lines.append("")
      addWrapped(
        "\(counted(report.omittedReachableCount, "more site")) of reachable blocks left out here; "
          + "--all shows all.")
    }
    if let since = report.since { add(since) }
    addSummary(report)
    return lines.joined(separator: "\n") + "\n"
  }

  private mutating func addHeader(_ report: Report) {
    var parts: [String] = []
    if report.violationCount > 0 { parts.append(counted(report.violationCount, "heap violation")) }
    if let crash = report.crash {
      let fault = crash.faultBefore?.fault.map { " after the failed allocation #\($0.point)" } ?? ""
      let verb = crash.hasHandler ? "met" : "died by"
      parts.append("\(verb) \(signalName(crash.signal))\(fault)")
    }
    if report.leakedBlockCount > 0 {
      let count = report.leaks.count + report.omittedLeakCount
      let isUnfreed = report.leaks.contains { $0.state == .unfreed }
      let blocks = counted(report.leakedBlockCount, "block")
      parts.append(
        "\(counted(count, isUnfreed ? "unfreed site" : "leak")) "
          + "(\(byteQuantity(report.leakedByteCount)) in \(blocks))")
    }
    if parts.isEmpty { parts.append("no leaks, no heap violations") }
    let title = "\(printable(report.programName)) (pid \(report.processID))"
    lines.append(style.strong("zleakcheck: \(title): \(parts.joined(separator: ", "))"))
  }

  /// Adds a sentence, wrapped and indented, the lines after the first by `hanging` more.
  ///
  /// `paint` is given each line as it is shown: colour in `text` itself would be escaped.
  package mutating func addWrapped(
    _ text: String, indent: Int = 0, hanging: Int = 0, paint: (String) -> String = { $0 }
  ) {
    for (index, line) in wrapped(printable(text), to: style.columnLimit - indent - hanging)
      .enumerated()
    {
      lines.append(padded("", to: index == 0 ? indent : indent + hanging) + paint(line))
    }
  }

  /// Adds `label  text`, the text wrapped beside the label.
  package mutating func addLabelled(_ label: String, _ text: String) {
    let width = 14
    for (index, line) in wrapped(printable(text), to: style.columnLimit - width - 2).enumerated() {
      lines.append("  " + padded(index == 0 ? label : "", to: width) + line)
    }
  }
}
