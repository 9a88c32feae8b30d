// What one run of the program came to, before anybody judges it.
import LeakCheckKit
import RecordingFormat

/// How a run ended.
enum RunEnd: Sendable, Equatable {
  /// By itself or by a signal.
  case ended(ProgramEnd)
  /// It was killed at its time limit.
  case timedOut
  /// A person had enough: it was killed before.
  case interrupted
  /// It was killed because its folder had become too much.
  case overfilled
}

/// What one run came to.
struct RunResult: Sendable {
  var end: RunEnd
  var page: CampaignPage
  /// What it printed.
  var output: [UInt8]
  /// What it did to its files.
  var changes: [String: FileChange]
  /// Seconds from its start to its end.
  var seconds: Double
  /// Where its recording is, when one was asked for and written.
  var recording: String?

  /// Why no copy could be made of it, and how a split child was stopped.
  var isOutside: Bool { page.phase == CampaignPhase.outside.rawValue }
  /// The last hook ran: leaks and descriptors are known.
  var hasEnded: Bool { page.phase == CampaignPhase.ended.rawValue }
  /// The trees that nothing reached at the end, by the key of their site.
  var lostTrees: [UInt64: UInt64] {
    var trees: [UInt64: UInt64] = [:]
    for pair in 0..<CampaignPage.lostSiteLimit where page.lostSites[pair * 2] != 0 {
      trees[page.lostSites[pair * 2]] = page.lostSites[pair * 2 + 1]
    }
    return trees
  }
}
