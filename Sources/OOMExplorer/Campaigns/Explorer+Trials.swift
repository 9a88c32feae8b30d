// How a lane tries one trial: as a copy of a server, by its number where that does, else by a
// process of its own.
import LeakCheckKit
import RecordingFormat

extension Explorer {
  /// Tries one; `nil` where its site is not known.
  func attempt(_ trial: Trial, in lane: Lane, _ judge: Judge) throws(Refusal)
    -> TrialRecord?
  {
    guard let site = site(trial.site) else { return nil }
    let plan = ["fail=" + trial.plan(firstPoint: site.firstPoint)]
    // What lies before the fork is in no copy.
    let isBefore = site.firstPoint <= judge.plain.page.pointsBeforeFork
    var run: RunResult?
    var used = engine
    if engine == .server, !isBefore {
      run = try serveLean(trial, site, in: lane, judge)
      if run == nil { run = try lane.serve(families, plan: plan, limit: limit) }
    }
    if run == nil {
      used = .rerun
      run = try lane.rerun(families + plan, limit: limit)
    }
    guard let run else { return nil }
    var record = TrialRecord(trial: trial, judgement: judge.judge(run), engine: used)
    if depth > 1, trial.kind == .once {
      let known = knownSites
      record.opened = lane.page.sites().map(\.key).filter { known[$0] == nil }
    }
    return record
  }

  /// The trial by the number of its point, without the stacks of what does not fail: they cost a
  /// fifth of a short run.
  ///
  /// - Returns: `nil` where stacks matter, or where another site had that number.
  private func serveLean(_ trial: Trial, _ site: Site, in lane: Lane, _ judge: Judge)
    throws(Refusal) -> RunResult?
  {
    guard let planned = planned(trial, judge) else { return nil }
    let run = try lane.serve(families, planned, limit: limit, of: judge.plain.page.pointCount)
    guard let run, run.page.firstFaultSite == site.key, judge.judge(run).verdict != .leaked else {
      return nil
    }
    return run
  }

  /// The run of a trial that goes by the number of its point; `nil` where stacks matter.
  func planned(_ trial: Trial, _ judge: Judge) -> PlannedRun? {
    guard depth == 1, engine == .server, judge.isCountStable, judge.plain.lostTrees.isEmpty,
      let site = site(trial.site), site.firstPoint > judge.plain.page.pointsBeforeFork,
      let plan = trial.plan(firstPoint: site.firstPoint, points),
      let point = trial.point(firstPoint: site.firstPoint, points)
    else { return nil }
    return PlannedRun(words: ["fail=" + plan, "lean"], point: point)
  }
}
