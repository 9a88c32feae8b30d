// What one run of a bisection saw, and how sightings close in.
import LeakCheckKit
import Recording

/// The first violation of one run.
struct Sighting: Sendable {
  let recording: Recording
  let path: String
  let violation: ViolationEntry
  /// The last operation at which the block was whole, 0 where that is not known.
  let intact: UInt64
  let broken: UInt64

  /// `nil` where there is no violation.
  init?(_ recording: Recording, path: String) {
    guard let violation = recording.violations.first else { return nil }
    self.recording = recording
    self.path = path
    self.violation = violation
    intact = recording.observations.first { $0.violation == 0 }?.intact.operation ?? 0
    broken = violation.noticed.operation
  }

  /// Whether it is the same mistake with the same block, so far as both runs can tell.
  func isSame(as other: Sighting) -> Bool {
    violation.kind == other.violation.kind && violation.distance == other.violation.distance
      && violation.blockByteCount == other.violation.blockByteCount
      && violation.allocated.operation == other.violation.allocated.operation
  }
}

/// The interval in which the block broke, as it becomes smaller.
struct Search: Sendable {
  private(set) var best: Sighting
  private(set) var low: UInt64
  private(set) var high: UInt64
  private(set) var runCount = 1
  /// Why it ended early, a sentence.
  private(set) var obstacle: String?

  init(_ first: Sighting) {
    best = first
    low = first.intact
    high = first.broken
  }

  var width: UInt64 { high > low ? high - low : 0 }
  /// Whether another run may say more: a mistake that a call makes happens at that call.
  var isOpen: Bool { obstacle == nil && best.intact != 0 && width > 1 }

  /// Takes in what another run saw.
  mutating func take(_ next: Sighting?) {
    runCount += 1
    guard let next else {
      obstacle = "the program is not deterministic: run \(runCount) had no violation"
      return
    }
    guard next.isSame(as: best) else {
      obstacle =
        "the program is not deterministic: run \(runCount) had another violation, "
        + firstLine(next.violation)
      return
    }
    guard next.intact >= low, next.broken <= high + 1, next.broken >= next.intact else {
      obstacle =
        "the program is not deterministic: in run \(runCount) the block broke outside operations "
        + "\(low) to \(high)"
      return
    }
    guard next.broken - next.intact < width else {
      obstacle = "run \(runCount) came no closer"
      return
    }
    best = next
    low = next.intact
    high = next.broken
  }

  /// The report of the closest run, and what the search came to.
  func text(
    of command: [String], _ options: String?, style: TextStyle, remarks: [String]
  ) -> String {
    var report = Report(
      best.recording,
      ReportRequest(
        file: best.path, leakEntryLimit: 0, isShownAgain: true,
        symbolizer: SymbolizerSearch.find().map { LLVMSymbolizer(path: $0) }))
    // Those of the run would work in a folder that is gone by then. The debugger gives the program
    // the addresses that it had here.
    let damaged = best.violation.evidenceAddress
    report.setCommands(
      for: command, words(options), watching: damaged == 0 ? nil : damaged, best.recording)
    var renderer = TextReport(style: style)
    var text = renderer.render(report) + "\n"
    for remark in remarks { text += "zleakcheck bisect: \(printable(remark))\n" }
    if let obstacle { text += "zleakcheck bisect: \(printable(obstacle))\n" }
    return text + "zleakcheck bisect: \(conclusion) (\(counted(UInt64(runCount), "run")))\n"
  }

  /// The words for the layer that show it again: sweeps around the two operations.
  ///
  /// Outside the search a program may count a few operations more or less: it saw a clock and
  /// addresses that stood still.
  private func words(_ options: String?) -> [String] {
    let own = options.map { [$0] } ?? []
    guard best.intact != 0 else { return own + ["free-stacks=32"] }
    let margin: UInt64 = 500
    let from = low > margin ? low - margin : 1
    return own + ["free-stacks=32", "sweep=1@\(from)-\(high + margin)"]
  }

  private var conclusion: String {
    if best.intact == 0 { return "the mistake is the call that is shown" }
    if width > 1 { return "it broke between operations \(grouped(low)) and \(grouped(high))" }
    return "it broke after operation \(grouped(low)) and before operation \(grouped(high)): in the "
      + "program's own code between the call that saw it whole and the one that noticed it"
  }
}
