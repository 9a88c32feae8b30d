// Where a program drifts that does not ask for memory equally often each time: the first call stack
// that two runs came to a different number of times.
import LeakCheckKit

/// A difference between two runs without a failure.
struct CountDrift {
  /// The site where they differ first.
  var site: Site
  /// How often the two runs came to it.
  var counts: (UInt64, UInt64)

  /// The first difference, in the order of the first run, then of the second; `nil` for none.
  init?(_ first: [Site], _ second: [Site]) {
    let counts = [first, second].map { sites in
      Dictionary(sites.map { ($0.key, $0.count) }) { first, _ in first }
    }
    for site in (first + second).sorted(by: { $0.firstPoint < $1.firstPoint }) {
      let both = (counts[0][site.key] ?? 0, counts[1][site.key] ?? 0)
      guard both.0 != both.1 else { continue }
      self.site = site
      self.counts = both
      return
    }
    return nil
  }

  /// What a person should know of it.
  ///
  /// - Parameter modules: The modules of the site's frames.
  /// - Returns: A sentence with the function and its line, or a module and an offset.
  func sentence(_ modules: ModuleList) -> String {
    "it differs first in \(place(modules)), which one run came to "
      + "\(counted(counts.0, "time")) and another \(counted(counts.1, "time"))"
  }

  private func place(_ modules: ModuleList) -> String {
    let stack = SiteStack(frames: site.frames, isExact: false)
    let symbolizer = SymbolizerSearch.find().map { LLVMSymbolizer(path: $0) }
    let culprit = modules.resolve([stack], symbolizer: symbolizer).first?.culprit
    guard let culprit else { return "a place without a name" }
    let line = culprit.location.map { " (\(lastPart($0.file)):\($0.line))" } ?? ""
    return culprit.title + line
  }
}
