// How far a campaign is: one line that is written over on a terminal, a line now and then
// elsewhere.
import Glibc
import LeakCheckKit

/// The progress of a campaign.
struct Progress {
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let started = now()
  private var lastShown: Double
  private var isShown = false
  private var findingPlaces: Set<[UInt64]> = []
  private var triedSites: Set<UInt64> = []
  private let siteCount: Int
  private(set) var done = 0
  var total: Int
  var failOn: Set<Verdict>

  /// - Parameters:
  ///   - trials: What there is to try, as far as is known.
  ///   - failOn: The verdicts that are findings.
  init(_ trials: [Trial], failOn: Set<Verdict>) {
    total = trials.count
    siteCount = Set(trials.map(\.site)).count
    self.failOn = failOn
    lastShown = now()
  }

  /// Counts a trial.
  mutating func note(_ record: TrialRecord) {
    done += 1
    triedSites.insert(record.trial.site)
    let judgement = record.judgement
    if failOn.contains(judgement.verdict) {
      let rank = Verdict.allCases.firstIndex(of: judgement.verdict) ?? 0
      findingPlaces.insert([UInt64(rank), judgement.breakPlace, judgement.faultPlace])
    }
    let pause = isTerminal ? 0.1 : 10
    if now() - lastShown >= pause { show() }
  }

  private mutating func show() {
    lastShown = now()
    let spent = now() - started
    let left = done > 0 ? spent / Double(done) * Double(max(0, total - done)) : 0
    let text =
      "zleakcheck fuzz: \(grouped(done)) of \(grouped(total)) failures, "
      + "\(grouped(triedSites.count)) of \(grouped(max(siteCount, triedSites.count))) sites, "
      + "\(counted(findingPlaces.count, "finding")), "
      + "\(timeQuantity(UInt64(left * 1e9))) left"
    write(isTerminal ? "\r\u{1B}[K" + text : text + "\n")
    isShown = true
  }

  /// Takes the line away.
  mutating func end() {
    if isTerminal && isShown { write("\r\u{1B}[K") }
  }

  private func write(_ text: String) { try? OutputFile.standardError.write(text) }
}
