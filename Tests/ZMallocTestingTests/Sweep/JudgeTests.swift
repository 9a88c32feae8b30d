// The judge and the sweep without any process: what is asked for, and what is made of the answers.
import Testing

@testable import ZMallocTesting

@Suite struct JudgeTests {
  private let clean = RunRecord(points: 4)

  private func verdict(
    _ record: RunRecord, _ returning: Judge.Returning = .isTolerating
  ) -> AllocationFailureVerdict {
    let outcome = RunOutcome(end: .exited(0), record: record)
    return Judge(returning: returning).verdict(outcome, clean: clean).verdict
  }

  @Test func `an error is reporting, whatever was expected before`() {
    #expect(verdict(RunRecord(ending: .threw("x"))) == .reported)
    #expect(verdict(RunRecord(issues: ["i"], ending: .threw("x"))) == .reported)
    let required = RunRecord(issues: ["i"], threwExpectation: true, ending: .threw("x"))
    #expect(verdict(required) == .wrong)
  }

  @Test func `damage weighs more than a lost block, and that more than an error`() {
    #expect(verdict(RunRecord(unfreedBlocks: 1, violations: 1)) == .corrupted)
    #expect(verdict(RunRecord(unfreedBlocks: 1, ending: .threw("x"))) == .leaked)
  }

  @Test func `a signal is a crash, an abort by the handler is policy`() {
    var outcome = RunOutcome(end: .signaled(6), output: "oops\n")
    #expect(Judge(returning: .isTolerating).verdict(outcome, clean: clean).verdict == .crashed)
    outcome.output = "x\nzmalloc: Out of memory trying to allocate 8 bytes\n"
    #expect(Judge(returning: .isTolerating).verdict(outcome, clean: clean).verdict == .aborted)
    outcome.end = .signaled(11)
    #expect(Judge(returning: .isTolerating).verdict(outcome, clean: clean).verdict == .crashed)
    outcome.end = .exited(0)
    #expect(Judge(returning: .isTolerating).verdict(outcome, clean: clean).verdict == .crashed)
  }

  @Test(arguments: [
    RunRecord(), RunRecord(points: 1, faults: 2, unfreedBlocks: 3, unfreedBytes: 4, violations: 5),
    RunRecord(issues: ["two\nlines", "back\\slash\\n", ""], threwExpectation: true),
    RunRecord(ending: .threw("it\r\nwas")), RunRecord(ending: .returned("")),
    RunRecord(ending: .returned("7 € \\ \n end\n")),
  ])
  func `what a run says is read as it was written`(record: RunRecord) {
    #expect(RunRecord(record.text) == record)
  }

  @Test func `what is not whole is no record`() {
    let text = RunRecord(points: 7).text
    for end in text.indices { #expect(RunRecord(String(text[..<end])) == nil) }
  }
}

@Suite struct SweepTests {
  private func record(_ points: Int, _ faults: Int) -> RunOutcome {
    RunOutcome(end: .exited(0), record: RunRecord(points: points, faults: faults))
  }

  /// Plays a program with so many allocations; returns the numbers that were asked for.
  private func play(_ sweep: inout Sweep, points: Int) -> [Int] {
    var asked: [Int] = []
    while let point = sweep.next {
      asked.append(point.number)
      let fires = point.number > 0 && point.number <= points
      sweep.take(record(points, fires ? 1 : 0))
    }
    return asked
  }

  @Test func `two clean runs, each point once, and a run that meets none`() {
    var sweep = Sweep(modes: [.once], judge: Judge(returning: .isTolerating), pointLimit: 100)
    #expect(play(&sweep, points: 3) == [0, 0, 1, 2, 3, 4])
    #expect(sweep.problems.isEmpty)
    #expect(sweep.counts == [.tolerated: 3])
  }

  @Test func `each mode begins anew`() {
    var sweep = Sweep(
      modes: [.once, .fromThere], judge: Judge(returning: .isTolerating), pointLimit: 100)
    #expect(play(&sweep, points: 1) == [0, 0, 1, 2, 1, 2])
  }

  @Test func `the total is never trusted: it goes on while failures are injected`() {
    var sweep = Sweep(modes: [.once], judge: Judge(returning: .isTolerating), pointLimit: 100)
    for _ in 0..<2 { sweep.take(record(2, 0)) }
    for number in 1...5 {
      #expect(sweep.next?.number == number)
      sweep.take(record(6, 1))
    }
    sweep.take(record(5, 0))
    #expect(sweep.next == nil)
    #expect(sweep.problems.isEmpty)
  }

  @Test func `a plan that fires too early to an end is told`() {
    var sweep = Sweep(modes: [.once], judge: Judge(returning: .isTolerating), pointLimit: 100)
    for _ in 0..<2 { sweep.take(record(5, 0)) }
    sweep.take(record(5, 1))
    sweep.take(record(1, 0))
    #expect(sweep.next == nil)
    #expect(sweep.problems.map(\.verdict) == [.nondeterministic])
  }

  @Test func `a body that crashes by itself ends the sweep`() {
    var sweep = Sweep(
      modes: [.once, .fromThere], judge: Judge(returning: .isTolerating), pointLimit: 100)
    sweep.take(RunOutcome(end: .signaled(11)))
    #expect(sweep.next == nil)
    #expect(sweep.problems.map(\.verdict) == [.crashed])
  }

  @Test func `crashes beyond the last point do not go on for ever`() {
    var sweep = Sweep(modes: [.once], judge: Judge(returning: .isTolerating), pointLimit: 100)
    for _ in 0..<2 { sweep.take(record(2, 0)) }
    for _ in 0..<3 { sweep.take(RunOutcome(end: .signaled(11))) }
    #expect(sweep.next == nil)
    #expect(sweep.counts == [.crashed: 3])
  }
}
