// Which engine a campaign takes when it may choose.
import RecordingFormat

/// Which engine suits a program, by its first runs.
struct EngineChoice {
  var engine: Engine
  var reason: String

  /// Seconds from the program's start to a site, in the mean, from which on a way is long: several
  /// times what a copy costs.
  private static let longWay = 0.005

  init(_ prepared: Preparation) {
    let before = prepared.judge.plain.page.pointsBeforeFork
    let early = prepared.sites.count { $0.firstPoint <= before }
    guard before != .max else {
      engine = .rerun
      reason = "engine rerun: no copy of the program can be made before main"
      return
    }
    let share = prepared.sites.isEmpty ? 0 : early * 100 / prepared.sites.count
    guard share < 50 else {
      engine = .rerun
      reason = "engine rerun: \(share)% of the sites lie before main, where no copy can be made"
      return
    }
    let late = prepared.sites.reduce(0.0) { $0 + $1.seconds } / Double(max(1, prepared.sites.count))
    let part = min(1, late / max(1e-6, prepared.quickest))
    if part > 0.5, late > Self.longWay {
      engine = .split
      reason =
        "engine split: the way to a site is \(Int(part * 100))% of a run, and is gone once"
    } else {
      engine = .server
      reason = "engine server: the program need not be loaded again"
    }
  }
}
