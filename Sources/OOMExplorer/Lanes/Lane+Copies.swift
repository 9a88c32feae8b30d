// Runs of a lane that are copies of a server: of the one before `main`, or of one on the way to the
// failure. The copy of the next run is forked while the run before it goes on.
import Glibc
import LeakCheckKit
import RecordingFormat

extension Lane {
  /// Runs the program as a copy of the one that waits before `main`.
  ///
  /// - Parameters:
  ///   - words: Words for the layer, the same for all copies in this lane: what lies before `main`
  ///     is counted by them too.
  ///   - plan: Words for this copy.
  ///   - limit: Seconds.
  /// - Returns: `nil` where no copy can be made of this program.
  /// - Throws: A sentence when the server cannot be started or the folder not be renewed.
  func serve(_ words: [String], plan: [String] = [], limit: Double) throws(Refusal) -> RunResult? {
    if server == nil {
      try renew()
      server = try ForkServer(self, words: words)
    }
    guard let server else { return nil }
    dropHeld()
    return try run(copyOf: server, plan, limit)
  }

  /// The same for a run that fails at a known point: it begins at the next rung below, if there is
  /// one.
  ///
  /// - Parameters:
  ///   - words: Words for the layer, the same for all copies in this lane.
  ///   - planned: The run.
  ///   - limit: Seconds.
  ///   - pointCount: How many points a plain run has.
  /// - Returns: `nil` where no copy can be made of this program.
  /// - Throws: A sentence when the server cannot be started or the folder not be renewed.
  func serve(
    _ words: [String], _ planned: PlannedRun, limit: Double, of pointCount: UInt64
  ) throws(Refusal) -> RunResult? {
    if ladder == nil { ladder = Ladder(pointCount: pointCount) }
    if held?.planned != planned {
      dropHeld()
      if ladder?.needs(planned.point) == true { try addRung(at: planned.point, limit: limit) }
    }
    guard let rung = held?.server ?? ladder?.start(for: planned.point) else {
      return try serve(words, plan: planned.words, limit: limit)
    }
    if let result = try run(copyOf: rung, planned.words, limit) { return result }
    ladder?.remove(rung)
    return try serve(words, plan: planned.words, limit: limit)
  }

  /// Forks the copy for the next run, which begins when this one has ended: neither waits for the
  /// other's fork.
  private func holdNext() {
    guard let planned = upcoming?(), ladder?.needs(planned.point) == false else { return }
    guard let server = ladder?.start(for: planned.point) ?? server else { return }
    ticket += 1
    // The answer is read when this run has ended: it would wake the lane once more.
    guard server.ask(forCopy: planned.words + ["hold=\(ticket)"]) else { return }
    held = HeldCopy(planned: planned, server: server, ticket: ticket)
  }

  /// Ends the copy that waits for a run that does not come.
  func dropHeld() {
    guard let copy = held else { return }
    held = nil
    _ = (try? copy.server.answer())?.wait(limit: 0)
  }

  /// How many bytes are put back for each run that begins behind them.
  private static let printedLimit = 1 << 20

  private var streamsAreAtEnd: Bool { output.isAtEnd && errors.isAtEnd }

  private func addRung(at point: UInt64, limit: Double) throws(Refusal) {
    // Not of another rung: fork takes the longer, the more generations a page may be from.
    guard let server else { return }
    try renew()
    var rung = try server.rung(at: point, limit: limit)
    // What was done to files on the way each run has to do itself: its folder is a fresh one.
    // What was printed is put back for each.
    let bytes = output.byteCount + errors.byteCount
    if let made = rung, !folder.changes().isEmpty || bytes > Self.printedLimit || !streamsAreAtEnd {
      made.end()
      rung = nil
    }
    rung?.printed = (output.bytes(), errors.bytes())
    ladder?.add(rung, at: point)
  }

  private func run(copyOf server: ForkServer, _ plan: [String], _ limit: Double) throws(Refusal)
    -> RunResult?
  {
    let copy = held
    held = nil
    var process = try copy?.server.answer()
    // The server cannot give copies any more.
    if copy != nil && process == nil { return nil }
    do throws(Refusal) {
      try renew(before: process)
    } catch {
      _ = process?.wait(limit: 0)
      throw error
    }
    output.fill(server.printed.output)
    errors.fill(server.printed.errors)
    let started = now()
    if let copy {
      page.open(gate: copy.ticket)
    } else {
      process = try server.copy(plan)
    }
    guard let process else { return nil }
    holdNext()
    let end = process.wait(limit: limit, filling: folder)
    if end == .interrupted { throw Refusal("it was interrupted") }
    return result(end, since: started)
  }
}
