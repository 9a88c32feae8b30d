// Which failures were tried: a row for each function that allocates, a column for each verdict.
import LeakCheckKit

/// The coverage of a campaign.
struct CoverageMatrix {
  /// A function that asks for memory.
  struct Row {
    var place: String
    var siteCount = 0
    var untriedCount = 0
    var verdicts: [Verdict: Int] = [:]
  }

  private let record: CampaignRecord

  init(_ record: CampaignRecord) { self.record = record }

  /// Sites that no trial failed.
  var untriedFunctionCount: Int {
    let tried = Set(record.trials.map(\.trial.site))
    return record.sites.count { !tried.contains($0.key) }
  }

  /// The rows, those never tried first, then by place.
  func rows(symbolizer: (any Symbolizer)?) -> [Row] {
    let stacks = record.modules.resolve(
      record.sites.map { SiteStack(frames: $0.frames, isExact: false) }, symbolizer: symbolizer)
    var verdicts: [UInt64: [Verdict]] = [:]
    for trial in record.trials {
      verdicts[trial.trial.site, default: []].append(trial.judgement.verdict)
    }
    var rows: [String: Row] = [:]
    for (site, stack) in zip(record.sites, stacks) {
      let place = stack.culprit?.title ?? "?"
      var row = rows[place] ?? Row(place: place)
      row.siteCount += 1
      if verdicts[site.key] == nil { row.untriedCount += 1 }
      for verdict in verdicts[site.key] ?? [] { row.verdicts[verdict, default: 0] += 1 }
      rows[place] = row
    }
    return rows.values.sorted {
      ($0.untriedCount > 0 ? 0 : 1, $0.place) < ($1.untriedCount > 0 ? 0 : 1, $1.place)
    }
  }

  /// Adds the matrix to a report.
  func add(to text: inout TextReport) {
    let rows = rows(symbolizer: SymbolizerSearch.find().map { LLVMSymbolizer(path: $0) })
    let columns = Verdict.byWeight.filter { verdict in
      rows.contains { $0.verdicts[verdict] ?? 0 > 0 }
    }
    let width = min(42, max(8, rows.map(\.place.count).max() ?? 8))
    text.lines.append("")
    text.lines.append(text.style.strong("coverage: failures by function and verdict"))
    let head = columns.map { right($0.rawValue, 10) }.joined()
    text.lines.append(
      "  " + padded("function", to: width) + right("sites", 7) + right("never", 7) + head)
    for row in rows {
      let cells = columns.map { right(row.verdicts[$0].map { grouped($0) } ?? "·", 10) }.joined()
      text.lines.append(
        "  " + padded(shortened(printable(row.place), to: width), to: width)
          + right(grouped(row.siteCount), 7)
          + right(row.untriedCount == 0 ? "·" : grouped(row.untriedCount), 7) + cells)
    }
  }

  private func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
