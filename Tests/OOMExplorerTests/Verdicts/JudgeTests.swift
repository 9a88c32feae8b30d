// Every verdict from hand-made runs, each beside a good twin that differs in one thing.
import LeakCheckKit
import RecordingFormat
import Testing

@testable import OOMExplorer

/// A run that one failed allocation did nothing to, and what is changed of it.
private func run(
  _ end: RunEnd = .ended(.exited(0)), output: String = "one\ntwo\n",
  changes: [String: FileChange] = ["made": .content(7)],
  page change: (inout CampaignPage) -> Void = { _ in }
) -> RunResult {
  var page = CampaignPage()
  page.phase = CampaignPhase.ended.rawValue
  page.faultCount = 1
  page.lastFaultPlace = 0xFA
  page.descriptors[0] = 0b111
  change(&page)
  return RunResult(
    end: end, page: page, output: Array(output.utf8), changes: changes, seconds: 0.1,
    recording: nil)
}

private func exit(_ status: Int32) -> RunEnd { .ended(.exited(status)) }
private func death(_ signal: Int32) -> RunEnd { .ended(.signalled(signal)) }

/// What the judge says beside a run without a failure.
private func judgement(_ run: RunResult, plain: RunResult? = nil) -> Judgement {
  Judge(plain: plain ?? OOMExplorerTests.run { $0.faultCount = 0 }).judge(run)
}

private func verdict(_ run: RunResult, plain: RunResult? = nil) -> Verdict {
  judgement(run, plain: plain).verdict
}

/// A page with a lost tree, `count` of them from one site.
private func losing(_ count: UInt64, from site: UInt64) -> (inout CampaignPage) -> Void {
  { page in
    page.lostSites[0] = site
    page.lostSites[1] = count
    page.lostBlockCount = count
  }
}

@Suite struct JudgeTests {
  @Test func `the same status, output and files is tolerated`() {
    #expect(judgement(run()) == Judgement(verdict: .tolerated, faultPlace: 0xFA))
    let plain = run(exit(3))
    #expect(verdict(run(exit(3)), plain: plain) == .tolerated)
  }

  @Test(arguments: [1, 2, 88, 255] as [Int32])
  func `another status is reported, whatever was printed`(status: Int32) {
    for output in ["", "one\n", "one\ntwo\n", "out of memory\n"] {
      let found = judgement(run(exit(status), output: output, changes: [:]))
      #expect(found == Judgement(verdict: .reported, faultPlace: 0xFA, status: status))
    }
  }

  @Test func `the same status, which is not 0, with other output is reported`() {
    let plain = run(exit(1))
    #expect(verdict(run(exit(1), output: "x"), plain: plain) == .reported)
    #expect(verdict(run(exit(1), changes: [:]), plain: plain) == .reported)
  }

  @Test func `abort is a policy`() {
    let found = judgement(run(death(6)) { ($0.crashSignal, $0.crashPlace) = (6, 0xC) })
    #expect(
      found
        == Judgement(
          verdict: .aborted, breakPlace: 0xC, faultPlace: 0xFA, status: 134, signal: 6))
  }

  @Test func `an end by SIGPIPE is a report`() {
    #expect(judgement(run(death(13))).verdict == .reported)
  }

  @Test(arguments: [1, 2, 9, 15] as [Int32])
  func `a signal that no mistake raises is a policy`(signal: Int32) {
    let found = judgement(run(death(signal)))
    #expect(found.verdict == .aborted)
    #expect(found.status == 128 + signal)
    #expect(!found.detail.isEmpty)
  }

  @Test func `status 88 is a report, whatever was left`() {
    #expect(
      judgement(
        run(exit(88)) {
          $0.lostSites[0] = 5; $0.lostSites[1] = 2
        }
      ).verdict == .reported)
  }

  @Test(arguments: [4, 5, 7, 8, 11, 31] as [Int32])
  func `a signal of the processor is a crash`(signal: Int32) {
    let found = judgement(
      run(death(signal)) { ($0.crashSignal, $0.crashPlace) = (UInt32(signal), 0xC) })
    #expect(found.verdict == .crashed)
    #expect(found.signal == signal)
    #expect(found.status == 128 + signal)
    #expect(found.breakPlace == 0xC)
  }

  @Test func `the place of an earlier signal is not the place of this one`() {
    let found = judgement(run(death(7)) { ($0.crashSignal, $0.crashPlace) = (11, 0xC) })
    #expect(found.verdict == .crashed)
    #expect(found.breakPlace == 0)
  }

  @Test(arguments: [4, 7, 8, 11] as [UInt32])
  func `a fatal signal that the program's own handler deals with is a crash`(signal: UInt32) {
    func handled(_ page: inout CampaignPage) {
      (page.crashSignal, page.crashPlace) = (signal, 0xC)
    }
    for status in [0, 1] as [Int32] {
      let found = judgement(run(exit(status), page: handled))
      #expect(found.verdict == .crashed)
      #expect(found.signal == Int32(signal))
      #expect(found.status == status)
      #expect(found.breakPlace == 0xC)
      #expect(found.detail == "its own handler ended it with status \(status)")
    }
    // It does that without a failure too: it is how this program works.
    let plain = run(exit(0), page: handled)
    #expect(verdict(run(exit(0), page: handled), plain: plain) == .tolerated)
  }

  @Test(arguments: [0, 2, 6, 15] as [UInt32])
  func `a signal that is not fatal, and dealt with, is no crash`(signal: UInt32) {
    #expect(verdict(run(exit(1)) { $0.crashSignal = signal }) == .reported)
  }

  @Test(arguments: [exit(0), exit(1), death(11), death(6)])
  func `a heap mistake is corruption, however the program ends`(end: RunEnd) {
    let found = judgement(
      run(end, output: "") {
        ($0.violationCount, $0.violationKind, $0.violationPlace) = (2, 3, 0xD)
        ($0.crashSignal, $0.crashPlace) = (11, 0xC)
      })
    #expect(found.verdict == .corrupted)
    #expect(found.breakPlace == 0xD)
    #expect(found.detail == "doubleFree")
    #expect(found.signal == 0)
  }

  @Test func `a heap mistake of an unknown kind is one without a word`() {
    let found = judgement(run { ($0.violationCount, $0.violationKind) = (1, 99) })
    #expect(found.verdict == .corrupted)
    #expect(found.detail == "")
    #expect(verdict(run { $0.violationKind = 3 }) == .tolerated)
  }

  @Test func `without a failure there is no verdict`() {
    for end in [exit(0), exit(1), death(11), .timedOut] {
      let found = judgement(
        run(end, output: "") {
          $0.faultCount = 0
          $0.violationCount = 1
        })
      #expect(found.verdict == .unreached)
    }
  }

  @Test func `what does not end after a failure hangs`() {
    #expect(judgement(run(.timedOut)) == Judgement(verdict: .hung, faultPlace: 0xFA))
  }

  @Test func `files that never end hang`() {
    let found = judgement(run(.overfilled))
    #expect(found.verdict == .hung)
    #expect(found.detail == "its files never end")
  }

  @Test func `output that never ends hangs`() {
    let found = judgement(run(death(25)))
    #expect(found.verdict == .hung)
    #expect(found.detail == "its output never ends")
    #expect(found.signal == 25)
  }
}

@Suite struct JudgeLossTests {
  @Test(arguments: [exit(0), exit(1)])
  func `a tree that is not lost without the failure is a leak`(end: RunEnd) {
    let found = judgement(run(end, page: losing(1, from: 5)))
    #expect(found.verdict == .leaked)
    #expect(found.breakPlace == 5)
    #expect(found.detail == "1 block lost")
  }

  @Test func `more trees from a site than without the failure are a leak`() {
    let plain = run(page: losing(2, from: 5))
    #expect(judgement(run(page: losing(5, from: 5)), plain: plain).detail == "3 blocks lost")
    #expect(judgement(run(page: losing(5, from: 5)), plain: plain).verdict == .leaked)
    #expect(judgement(run(page: losing(3, from: 6)), plain: plain).breakPlace == 6)
  }

  @Test func `as many blocks from another site are another way, and no leak`() {
    let plain = run(page: losing(2, from: 5))
    #expect(verdict(run(page: losing(2, from: 6)), plain: plain) == .tolerated)
    // Who ended otherwise has not come to lose what the plain run loses.
    #expect(verdict(run(exit(1), page: losing(2, from: 6)), plain: plain) == .leaked)
  }

  @Test func `as many trees as without the failure, or fewer, are no leak`() {
    let plain = run(page: losing(2, from: 5))
    #expect(verdict(run(page: losing(2, from: 5)), plain: plain) == .tolerated)
    #expect(verdict(run(page: losing(1, from: 5)), plain: plain) == .tolerated)
    #expect(verdict(run(), plain: plain) == .tolerated)
    #expect(verdict(run(exit(1), page: losing(2, from: 5)), plain: plain) == .reported)
  }

  @Test func `of two new trees the one with the smaller key is named`() {
    let found = judgement(
      run {
        ($0.lostSites[0], $0.lostSites[1]) = (9, 1)
        ($0.lostSites[62], $0.lostSites[63]) = (5, 1)
        $0.lostBlockCount = 2
      })
    #expect(found.breakPlace == 5)
    #expect(found.detail == "2 blocks lost")
  }

  @Test(arguments: [(0, true), (1, true), (2, false), (30, false)] as [(UInt64, Bool)])
  func `only who ends in main is asked for blocks and descriptors`(depth: UInt64, isLeak: Bool) {
    let lost = run(exit(1)) {
      losing(1, from: 5)(&$0)
      $0.exitDepth = depth
    }
    #expect(verdict(lost) == (isLeak ? .leaked : .reported))
    let open = run {
      $0.descriptors[1] = 1
      $0.exitDepth = depth
    }
    #expect(verdict(open) == (isLeak ? .leaked : .tolerated))
  }

  @Test(arguments: [CampaignPhase.none, .started, .outside])
  func `who left without the last hook is not asked`(phase: CampaignPhase) {
    let found = run {
      losing(1, from: 5)(&$0)
      $0.descriptors[1] = 1
      $0.phase = phase.rawValue
    }
    #expect(verdict(found) == .tolerated)
  }

  @Test(arguments: [3, 63, 64, 200, 511])
  func `a descriptor that is open at the same end is a leak`(number: Int) {
    let opening: (inout CampaignPage) -> Void = {
      $0.descriptors[number / 64] |= 1 << UInt64(number % 64)
    }
    let found = judgement(run(page: opening))
    #expect(found.verdict == .leaked)
    #expect(found.breakPlace == 0)
    #expect(found.detail == "descriptor \(number) left open")
    // The end is another one: it was about to end anyway.
    #expect(verdict(run(exit(1), page: opening)) == .reported)
    // It is open without the failure too.
    #expect(verdict(run(page: opening), plain: run(page: opening)) == .tolerated)
  }

  @Test func `a descriptor that was closed is no leak`() {
    #expect(verdict(run { $0.descriptors[0] = 0b11 }) == .tolerated)
  }

  @Test func `descriptors are not compared with a run that left without the last hook`() {
    let plain = run {
      $0.phase = CampaignPhase.started.rawValue
      $0.descriptors[0] = 0
    }
    #expect(verdict(run(), plain: plain) == .tolerated)
  }
}

@Suite struct JudgeDifferenceTests {
  @Test(
    arguments: [
      ("", "status 0 without the output"), ("one\n", "status 0 with a part of the output"),
      ("two\n", "status 0 with other output"), ("one\nTwo\n", "status 0 with other output"),
      ("one\ntwo\nthree\n", "status 0 with other output"),
    ])
  func `status 0 with other output is swallowed`(output: String, detail: String) {
    let found = judgement(run(output: output))
    #expect(found == Judgement(verdict: .swallowed, faultPlace: 0xFA, detail: detail))
  }

  @Test(
    arguments: [
      [:], ["made": .removed], ["made": .content(8)], ["made": .content(7), "more": .content(1)],
      ["made": .content(7), "more": .removed],
    ] as [[String: FileChange]])
  func `status 0 with another file is swallowed`(changes: [String: FileChange]) {
    let found = judgement(run(changes: changes))
    #expect(found.verdict == .swallowed)
    let path = changes["more"] == nil ? "made" : "more"
    #expect(found.detail == "status 0, and \(path) is not what it should be")
  }

  @Test func `swallowed comes before leaked`() {
    #expect(verdict(run(output: "", page: losing(1, from: 5))) == .swallowed)
  }

  @Test func `output that is not the same each time is not compared, files are`() {
    var judge = Judge(plain: run())
    judge.isOutputStable = false
    #expect(judge.judge(run(output: "")).verdict == .tolerated)
    #expect(judge.judge(run(output: "", changes: [:])).verdict == .swallowed)
  }

  @Test func `files that are not the same each time are not compared, others are`() {
    var judge = Judge(plain: run())
    judge.unstablePaths = ["made"]
    #expect(judge.judge(run(changes: ["made": .content(9)])).verdict == .tolerated)
    #expect(judge.judge(run(changes: [:])).verdict == .tolerated)
    #expect(judge.judge(run(changes: ["more": .content(9)])).verdict == .swallowed)
    #expect(judge.judge(run(output: "")).verdict == .swallowed)
  }

  @Test func `verdicts that are mistakes, and their weights, name each verdict once`() {
    #expect(Set(Verdict.byWeight) == Set(Verdict.allCases))
    #expect(Verdict.byWeight.count == Verdict.allCases.count)
    #expect(Verdict.mistakes == [.crashed, .corrupted, .leaked, .hung, .swallowed])
  }
}
