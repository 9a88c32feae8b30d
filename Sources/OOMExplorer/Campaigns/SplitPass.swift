// The pass of the engine `split` over the first failures of all sites: one run of the program, and
// what could not be tried in it is left for the engine `rerun`.
import LeakCheckKit
import RecordingFormat

/// What a run that was split took.
struct SplitTimes: Sendable, Equatable {
  /// From its start to the end of the last child.
  var seconds: Double
  /// The seconds of all children together, each from its failure to its end.
  var childSeconds: Double
}

/// The pass over all sites in one run.
struct SplitPass {
  /// What the pass came to.
  struct Outcome {
    /// Sentences about what could not be tried.
    var remarks: [String] = []
    /// Whether the program ran to its plain end and came to no site that was not known: nothing
    /// was left to fail in that run.
    var isWhole = false
    /// Trials whose results mean nothing, to be tried again.
    var forgotten: [Trial] = []
    /// What it took.
    var times: SplitTimes?
  }

  let explorer: Explorer
  let lane: Lane
  let jobs: Int

  /// Tries what is in the queue and can be tried in one run.
  ///
  /// - Throws: A sentence when the program could not be started or a child not be lent its output.
  func run() throws(Refusal) -> Outcome {
    let queue = explorer.pendingTrials()
    var bySite: [UInt64: [Trial]] = [:]
    // Which sites a failure opens shows in a process of its own alone.
    for trial in queue
    where trial.kind == .onward || trial.kind == .once && explorer.depth == 1 {
      bySite[trial.site, default: []].append(trial)
    }
    guard !bySite.isEmpty else { return Outcome() }
    let plain = explorer.judge
    var outside = 0
    var isKnown = true
    var tried: [Trial] = []
    var times = SplitTimes(seconds: 0, childSeconds: 0)
    let started = now()
    let run = try SplitRun(lane, words: explorer.families, limit: explorer.limit, jobs: jobs)
    let parent = try run.run { key in
      isKnown = isKnown && explorer.site(key) != nil
      return Interruption.isWanted || explorer.isLate ? [] : bySite.removeValue(forKey: key) ?? []
    } deliver: { trial, outcome in
      if case .result(let result) = outcome { times.childSeconds += result.seconds }
      guard case .result(var result) = outcome, !leavesFilesOpen(result, plain) else {
        outside += 1
        return
      }
      // A child that came to its end wrote no file that the plain run does not write before.
      result.changes = plain.plain.changes
      let judgement = plain.judge(result)
      // A child does not know from where it allocated what it lost: rerun tells.
      guard judgement.verdict != .leaked else { return }
      tried.append(trial)
      explorer.finish(TrialRecord(trial: trial, judgement: judgement, engine: .split))
    }
    times.seconds = now() - started
    var outcome = Outcome(remarks: remarks(run, outside: outside), times: times)
    if let parent, parent.end == plain.plain.end, plain.difference(parent) == nil {
      outcome.isWhole = isKnown
    } else if !tried.isEmpty {
      // What disturbed the parent may have disturbed the children.
      outcome.forgotten = tried
      outcome.remarks.append(
        "the run that was split did not end as the plain one: "
          + "\(counted(tried.count, "failure")) \(tried.count == 1 ? "was" : "were") tried again "
          + "by rerun")
      explorer.forget(tried)
    }
    return outcome
  }

  /// Whether a child's files cannot be told from its parent's: the plain run writes some, and this
  /// one ended as if it had.
  private func leavesFilesOpen(_ result: RunResult, _ judge: Judge) -> Bool {
    !judge.plain.changes.isEmpty && result.end == judge.plain.end
  }

  private func remarks(_ run: SplitRun, outside: Int) -> [String] {
    var remarks: [String] = []
    let told: [(SplitObstacle, String)] = [
      (.threads, "threads"), (.timers, "timers"), (.sharedMemory, "shared memory"),
    ]
    let names = told.filter { run.obstacles.contains($0.0) }.map(\.1)
    if !names.isEmpty {
      remarks.append(
        "the program has \(names.joined(separator: " and ")), which a split child would not have: "
          + "those sites were tried by rerun")
    } else if outside > 0 {
      remarks.append(
        "\(counted(outside, "split child", "split children")) would have done what others see, and "
          + "\(outside == 1 ? "was" : "were") tried again by rerun")
    }
    if explorer.depth > 1 {
      remarks.append(
        "with --depth 2 the first failures are tried by rerun, where the sites that they open show")
    }
    return remarks
  }
}
