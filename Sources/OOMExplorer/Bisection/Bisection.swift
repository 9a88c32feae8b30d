// `zleakcheck bisect`: runs a program again and again, with sweeps over all blocks that close in,
// until two operations that follow each other are left: between them a block broke.
import CLinux
import Glibc
public import LeakCheckKit
import Recording

/// The search for the moment at which a block broke.
public struct Bisection: Sendable {
  /// The program and its arguments; never empty.
  public var command: [String]
  /// Words for `ZMALLOC_DEBUG`; `nil` for none.
  public var options: String?
  /// Where the report goes.
  public var output = OutputFile.standardOutput
  /// Seconds after which a run hangs.
  public var timeLimit = 600.0

  /// The status when a violation was found, as `run` has it.
  static let found = ExitStatus.violations
  /// Sweeps of one run: more would make it slow, fewer would make more runs.
  private static let sweepsOfRun: UInt64 = 64
  private static let runLimit = 32

  /// Makes a request with everything else at its default.
  public init(command: [String]) { self.command = command }

  /// Runs it.
  ///
  /// - Returns: 24 when there is a violation, 0 when there is none, 70 when it could not run, and
  ///   64 for options that the layer does not accept.
  public func execute() -> Int32 {
    Interruption.watch()
    return inScratchFolder { scratch throws(Refusal) in try search(in: scratch) }
  }

  private func search(in scratch: String) throws(Refusal) -> Int32 {
    var request = CampaignRequest(command: command, file: "")
    request.options = options
    let setup = try CampaignSetup(request, scratch: scratch)
    guard setup.acceptsOptions else { return ExitStatus.usage }
    let lane = try Lane(number: 0, setting: setup.setting)
    defer {
      lane.close()
      Descendants.end()
    }
    let first = try sighting(lane, [])
    guard let first else {
      try write("zleakcheck bisect: the program ran without a violation\n")
      return 0
    }
    var search = Search(first)
    while search.isOpen, search.runCount < Self.runLimit {
      let step = max(1, search.width / Self.sweepsOfRun)
      let words = ["sweep=\(step)@\(max(1, search.low))-\(search.high + 1)"]
      search.take(try sighting(lane, words))
    }
    try write(text(of: search, setup.remarks))
    return Self.found
  }

  private func text(of search: Search, _ remarks: [String]) -> String {
    search.text(of: command, options, style: TextStyle(for: output), remarks: remarks)
  }

  /// One run: its first violation; `nil` where it has none.
  private func sighting(_ lane: Lane, _ words: [String]) throws(Refusal) -> Sighting? {
    // A sweep at a free wants the whole stack too.
    let all = ["free-stacks=32", "on-violation=abort"] + words
    let run = try lane.rerun(all, limit: timeLimit, isRecorded: true)
    if run.end == .timedOut { throw Refusal("a run took longer than \(Int(timeLimit)) s") }
    guard let path = run.recording else { return nil }
    do {
      let recording = try Recording(decoding: OpenFile.contents(of: path))
      return Sighting(recording, path: path)
    } catch {
      throw Refusal("the recording \(path) cannot be read: \(error)")
    }
  }

  private func write(_ text: String) throws(Refusal) {
    do throws(SystemError) { try output.write(text) } catch { throw Refusal("\(error)") }
  }
}
