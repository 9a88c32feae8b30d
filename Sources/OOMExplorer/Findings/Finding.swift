// A finding: one way in which the program breaks, and the failures that lead there.

/// A finding.
struct Finding: Sendable, Equatable {
  /// Its name: the same in the next build, from the verdict and the two functions.
  var id: String
  var verdict: Verdict
  /// One line: what happened, where, after which failure.
  var title = ""
  /// What the recording says happened, without addresses; empty where it says nothing.
  var firstLine: String
  var signal: Int32
  var status: Int32
  var detail: String
  /// Where it broke; empty where no place can be named.
  var breakStack: SiteStack
  /// The allocation that failed.
  var faultStack: SiteStack
  /// The fault plan of the trial that shows it.
  var plan: String
  /// How many trials came here.
  var trialCount: Int
  /// Some of them, the one that was confirmed first.
  var samples: [Trial]

  /// The most samples that are kept.
  static let sampleLimit = 5
}
