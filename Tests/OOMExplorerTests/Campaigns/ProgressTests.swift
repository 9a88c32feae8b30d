// The progress of a campaign: written over on a terminal, a whole line now and then elsewhere.
import Synchronization
import Testing

@testable import OOMExplorer

@Suite struct ProgressTests {
  /// A clock that a test turns on, and what was shown.
  private final class Scene: Sendable {
    let time = Mutex(0.0)
    let shown = Mutex<[String]>([])
  }

  private let trials = (1...25).map { Trial(site: UInt64($0), kind: .once) }

  /// Lets a second pass for each trial.
  private func show(isTerminal: Bool, secondsEach: Double) -> [String] {
    let scene = Scene()
    var progress = Progress(
      trials, failOn: [.crashed], isTerminal: isTerminal, clock: { scene.time.withLock { $0 } },
      write: { text in scene.shown.withLock { $0.append(text) } })
    for trial in trials {
      scene.time.withLock { $0 += secondsEach }
      var judgement = Judgement(verdict: trial.site < 4 ? .crashed : .reported)
      judgement.breakPlace = trial.site % 2
      progress.note(TrialRecord(trial: trial, judgement: judgement, engine: .server))
    }
    progress.end()
    return scene.shown.withLock { $0 }
  }

  @Test func `a plain line each ten seconds`() {
    #expect(
      show(isTerminal: false, secondsEach: 1) == [
        "zleakcheck fuzz: 10 of 25 failures, 10 of 25 sites, 2 findings, 15.0 s left\n",
        "zleakcheck fuzz: 20 of 25 failures, 20 of 25 sites, 2 findings, 5.0 s left\n",
      ])
  }

  @Test func `nothing where it is soon over`() {
    #expect(show(isTerminal: false, secondsEach: 0.1) == [])
  }

  @Test func `on a terminal one line, which is gone at the end`() {
    let shown = show(isTerminal: true, secondsEach: 0.0625)
    #expect(shown.count == 13)
    #expect(shown.dropLast().allSatisfy { $0.hasPrefix("\r\u{1B}[Kzleakcheck") })
    #expect(!shown.contains { $0.contains("\n") })
    #expect(shown.last == "\r\u{1B}[K")
  }
}
