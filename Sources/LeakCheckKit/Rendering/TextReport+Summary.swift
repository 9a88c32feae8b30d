// The end of the text: totals, limits, options, the layer's cost, next commands.
import Recording

extension TextReport {
  mutating func addSummary(_ report: Report) {
    let meta = report.meta
    lines.append("")
    lines.append(style.strong("summary"))
    addLabelled("program", commandLine(report))
    if let time = meta.number(.stopTime) {
      addLabelled("snapshot", "of the running program, which stood still for \(timeQuantity(time))")
    }
    addLabelled("allocations", totals(meta))
    addLabelled("in use", stillInUse(meta, report.suppressed.reduce(0) { $0 + $1.blockCount }))
    addFaults(report)
    if report.sanitizer.printsSuppressions {
      for (index, use) in report.suppressed.enumerated() {
        addLabelled(index == 0 ? "suppressed" : "", use.sentence)
      }
    }
    let options = userOptions(meta.string(.options) ?? "")
    if !options.isEmpty { addLabelled("options", options) }
    addLabelled("layer", layerCost(meta))
    for (index, note) in report.notes.enumerated() { addLabelled(index == 0 ? "notes" : "", note) }
    guard !report.commands.isEmpty else { return }
    lines.append(style.strong("next"))
    // A command is one line, however long: a broken one cannot be pasted.
    for command in report.commands {
      lines.append("  " + padded(command.purpose, to: 14) + printable(command.text))
    }
  }

  private mutating func addFaults(_ report: Report) {
    let count = report.meta.number(.faultCount) ?? UInt64(report.faults.count)
    let plan = report.meta.string(.faultPlan).map { " by the plan \($0)\(seed(report, $0))" } ?? ""
    guard count > 0 else {
      guard !plan.isEmpty else { return }
      let points = report.meta.number(.faultPointCount) ?? 0
      addLabelled("faults", "none\(plan): it counted \(counted(points, "allocation"))")
      return
    }
    addLabelled("faults", "\(counted(count, "allocation")) failed on purpose\(plan)")
    // Those that a finding names stand there.
    for fault in report.faults where !shownFaults.contains(fault.number) {
      let place = fault.moment.stack.culprit.map { " at " + placeAndFunction($0) } ?? ""
      addLabelled("", "#\(fault.point): \(fault.request)\(place)")
    }
    let more = count - min(count, UInt64(report.faults.count))
    if more > 0 { addLabelled("", "and \(grouped(more)) more") }
  }

  /// What was drawn by chance started from it: without it nobody gets the same again.
  private func seed(_ report: Report, _ plan: String) -> String {
    guard plan.contains("rate:"), let seed = report.meta.number(.faultSeed) else { return "" }
    return ", seed \(seed)"
  }

  private func commandLine(_ report: Report) -> String {
    var arguments = report.meta.arguments
    // A program that shows a title of its own where its arguments stood leaves them empty.
    if arguments.count > 2, arguments.dropFirst().allSatisfy(\.isEmpty) {
      arguments.removeSubrange(1...)
    }
    let words = arguments.map(shellQuoted).joined(separator: " ")
    let command = words.isEmpty ? report.programName : words
    let variant = report.meta.string(.variant).map { ", watched by the \($0) layer" } ?? ""
    let version = report.meta.string(.layerVersion).map { " \($0)" } ?? ""
    return shortened(command, to: 240) + variant + version
  }

  private func totals(_ meta: Metadata) -> String {
    let allocations = meta.number(.allocationCount) ?? 0
    let frees = meta.number(.freeCount) ?? 0
    let peak = meta.number(.peakByteCount) ?? 0
    let unrecorded = meta.number(.unrecordedCount) ?? 0
    let place = meta.number(.recordLimitMet) == 1 ? "" : " at the start"
    let more = unrecorded > 0 ? "; \(grouped(unrecorded)) more\(place), not watched" : ""
    return "\(grouped(allocations)), \(counted(frees, "free")), peak \(byteQuantity(peak))\(more)"
  }

  private func stillInUse(_ meta: Metadata, _ suppressedCount: UInt64) -> String {
    let blocks = meta.number(.liveBlockCount) ?? 0
    let bytes = meta.number(.liveByteCount) ?? 0
    var text = "\(counted(blocks, "block")), \(byteQuantity(bytes))"
    if let lost = meta.number(.lostBlockCount), meta.number(.leaksScanned) == 1 {
      text += ": \(grouped(lost)) lost"
      if suppressedCount > 0 { text += ", \(grouped(suppressedCount)) suppressed" }
      if let reachable = meta.number(.reachableBlockCount) {
        text += ", \(grouped(reachable)) still reachable"
      }
    }
    return text
  }

  private func layerCost(_ meta: Metadata) -> String {
    var parts: [String] = []
    if let bytes = meta.number(.metadataByteCount) {
      parts.append("\(byteQuantity(bytes)) of metadata")
    }
    if let bytes = meta.number(.quarantineByteCount) {
      let limit = meta.number(.quarantineByteLimit).map { " of \(byteQuantity($0))" } ?? ""
      parts.append("\(byteQuantity(bytes))\(limit) in quarantine")
    }
    if let time = meta.number(.scanTime), meta.number(.leaksScanned) == 1 {
      let bytes = meta.number(.scannedByteCount).map { " over \(byteQuantity($0))" } ?? ""
      parts.append("leak scan \(timeQuantity(time))\(bytes)")
    }
    let cost = parts.isEmpty ? "not measured" : parts.joined(separator: ", ")
    guard let time = meta.number(.processTime) else { return cost }
    return cost + "; the whole process took \(timeQuantity(time)) of CPU"
  }
}
