// How far a campaign is: one line that is written over on a terminal, a line now and then
// elsewhere.
import Glibc
import LeakCheckKit

/// The progress of a campaign.
struct Progress {
  private let isTerminal: Bool
  private let clock: @Sendable () -> Double
  private let write: @Sendable (String) -> Void
  private let started: Double
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
  ///   - isTerminal: Whether a line can be written over.
  ///   - clock: Seconds.
  ///   - write: Takes what is shown.
  init(
    _ trials: [Trial], failOn: Set<Verdict>, isTerminal: Bool = isatty(STDERR_FILENO) == 1,
    clock: @escaping @Sendable () -> Double = now,
    write: @escaping @Sendable (String) -> Void = { try? OutputFile.standardError.write($0) }
  ) {
    total = trials.count
    siteCount = Set(trials.map(\.site)).count
    self.failOn = failOn
    self.isTerminal = isTerminal
    self.clock = clock
    self.write = write
    started = clock()
    lastShown = started
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
    if clock() - lastShown >= pause { show() }
  }

  private mutating func show() {
    lastShown = clock()
    let spent = lastShown - started
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
}
