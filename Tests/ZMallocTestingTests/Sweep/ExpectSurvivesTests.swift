// `expectSurvivesEveryAllocationFailure` with bodies of every verdict.
import Testing
import ZMalloc
import ZMallocTesting

@Suite struct ExpectSurvivesTests {
  @Test func `a body that throws survives, and each of its allocations has failed`() {
    let sweep = expectSurvivesEveryAllocationFailure {
      for byteCount in 1...5 { try useOne(byteCount) }
    }
    #expect(sweep.survives)
    #expect(sweep.pointCount == 5)
    // Twice without a failure; in each mode five failures and a run that meets none.
    #expect(sweep.runCount == 2 + 2 * 6)
    #expect(sweep.counts == [.reported: 10])
  }

  @Test func `a body without allocations survives`() {
    #expect(expectSurvivesEveryAllocationFailure {}.survives)
  }

  @Test func `zmalloc's own end of the process is policy and no crash`() {
    let sweep = expectSurvivesEveryAllocationFailure(modes: [.once]) {
      unsafe zfree(zmalloc(10))
      unsafe zfree(zcalloc(10))
    }
    #expect(sweep.survives)
    #expect(sweep.counts == [.aborted: 2])
  }

  @Test func `a lost block is told with the failed allocation and its own`() {
    let seen = failures {
      let sweep = expectSurvivesEveryAllocationFailure { try loseFirstWhenSecondFails() }
      #expect(sweep.findings.map(\.verdict) == [.leaked])
      #expect(sweep.counts == [.leaked: 2, .reported: 2])
    }
    #expect(seen.count == 1)
    let text = seen.first ?? ""
    let line = "leaked: allocation 2, allocation 2 and all after it: lost 1 block (24 bytes)"
    #expect(text.contains(line), "\(text)")
    #expect(text.contains("failed: zmalloc of 48 bytes at loseFirstWhenSecondFails()"))
    #expect(text.contains(Place.second))
    #expect(text.contains("not freed: 1 block of 24 bytes, allocated at loseFirstWhenSecond"))
    #expect(text.contains(Place.first))
  }

  @Test func `a crash is told with its place`() {
    let seen = failures {
      let sweep = expectSurvivesEveryAllocationFailure(modes: [.once]) { try trustSecond() }
      #expect(sweep.findings.map(\.verdict) == [.crashed])
    }
    let text = seen.first ?? ""
    #expect(text.contains("crashed: allocation 2: died by SIGSEGV"), "\(text)")
    #expect(text.contains("failed: zmalloc of 48 bytes at trustSecond()"), "\(text)")
    #expect(text.contains("crash: SIGSEGV at address 0x8 at trustSecond()"), "\(text)")
  }

  @Test func `a trap of Swift is a crash`() {
    let seen = failures {
      expectSurvivesEveryAllocationFailure(modes: [.once]) {
        guard let block = unsafe ztrymalloc(8) else { preconditionFailure("I trusted memory") }
        unsafe zfree(block)
      }
    }
    #expect(seen.first?.contains("crashed: allocation 1: died by SIG") == true, "\(seen)")
    #expect(seen.first?.contains("it said: ") == true, "\(seen)")
    #expect(seen.first?.contains("I trusted memory") == true, "\(seen)")
  }

  @Test func `a body that hangs is ended, and told with where it stood`() {
    let start = ContinuousClock.now
    let seen = failures {
      expectSurvivesEveryAllocationFailure(modes: [.once], timeLimit: .seconds(2)) {
        while unsafe ztrymalloc(16) == nil { waitForever() }
        throw NoMemory()
      }
    }
    // The body throws when nothing fails: it is no body for a sweep.
    #expect(seen.first?.contains("wrong: no failure: threw NoMemory") == true, "\(seen)")
    let hung = failures {
      expectSurvivesEveryAllocationFailure(modes: [.once], timeLimit: .seconds(2)) {
        guard let block = unsafe ztrymalloc(16) else { return waitForever() }
        unsafe zfree(block)
      }
    }
    #expect(hung.first?.contains("hung: allocation 1: did not end in time") == true, "\(hung)")
    #expect(hung.first?.contains("failed: zmalloc of 16 bytes") == true, "\(hung)")
    #expect(ContinuousClock.now - start < .seconds(100))
  }

  @Test func `heap damage after a failure is told`() {
    let seen = failures {
      expectSurvivesEveryAllocationFailure(modes: [.once], mayRecover: true) {
        let first = unsafe ztrymalloc(24)
        if unsafe first == nil { overflowOne(8) }
        unsafe zfree(first)
      }
    }
    let text = seen.first ?? ""
    #expect(text.contains("corrupted: allocation 1: 1 heap violation"), "\(text)")
    #expect(text.contains("heap overflow: 1 byte written past the end of 8-byte block"))
  }
}

extension ExpectSurvivesTests {
  @Test func `a body that returns has swallowed the failure, unless it may recover`() {
    let body = { unsafe zfree(ztrymalloc(8)) }
    let seen = failures { expectSurvivesEveryAllocationFailure(modes: [.once], body) }
    #expect(
      seen.first?.contains("swallowed: allocation 1: returned as if nothing had failed") == true)
    let sweep = expectSurvivesEveryAllocationFailure(mayRecover: true, body)
    #expect(sweep.counts == [.tolerated: 2])
  }

  @Test func `another value is a swallowed failure, the same is none`() {
    func sum(_ byteCounts: [Int]) -> Int {
      byteCounts.reduce(0) { sum, byteCount in
        let block = unsafe ztrymalloc(byteCount)
        defer { unsafe zfree(block) }
        return unsafe block == nil ? sum : sum + byteCount
      }
    }
    let seen = failures { expectSurvivesEveryAllocationFailure(modes: [.once]) { sum([3, 4]) } }
    let line = "swallowed: allocation 1, allocation 2: returned 4 and not 7"
    #expect(seen.first?.contains(line) == true, "\(seen)")
    let sweep = expectSurvivesEveryAllocationFailure { sum([3, 4]) > 100 }
    #expect(sweep.counts == [.tolerated: 4])
  }

  @Test func `an expectation that fails without an error is told`() {
    let seen = failures {
      expectSurvivesEveryAllocationFailure(modes: [.once], mayRecover: true) {
        let block = unsafe ztrymalloc(8)
        #expect(unsafe block != nil)
        unsafe zfree(block)
      }
    }
    #expect(seen.first?.contains("wrong: allocation 1: Expectation failed") == true, "\(seen)")
    #expect(seen.first?.contains("block") == true)
  }

  @Test func `an expectation that fails on the way to an error is part of reporting it`() {
    let sweep = expectSurvivesEveryAllocationFailure(modes: [.once]) {
      let block = unsafe ztrymalloc(8)
      #expect(unsafe block != nil)
      guard let block = unsafe block else { throw NoMemory() }
      unsafe zfree(block)
    }
    #expect(sweep.counts == [.reported: 1])
  }

  @Test func `a failed requirement is no error of the code`() {
    let seen = failures {
      expectSurvivesEveryAllocationFailure(modes: [.once]) {
        let block = unsafe ztrymalloc(8)
        let isThere = unsafe block != nil
        try #require(isThere)
        unsafe zfree(block)
      }
    }
    #expect(seen.first?.contains("wrong: allocation 1: Expectation failed") == true, "\(seen)")
  }

  @Test func `allocations that differ from run to run are told`() throws {
    let runs = try SharedCounter()
    defer { runs.remove() }
    let seen = failures {
      expectSurvivesEveryAllocationFailure(modes: [.once], mayRecover: true) {
        for _ in 0...(runs.next() % 2) { unsafe zfree(ztrymalloc(8)) }
      }
    }
    #expect(seen.first?.contains("nondeterministic: ") == true, "\(seen)")
  }

  @Test func `a body that leaks or fails without a failure is told so`() {
    let leaking = failures {
      expectSurvivesEveryAllocationFailure(modes: [.once], mayRecover: true) { leakOne(12) }
    }
    #expect(leaking.first?.contains("leaked: no failure: lost 1 block (12 bytes)") == true)
    let failing = failures { expectSurvivesEveryAllocationFailure { #expect(Bool(false)) } }
    #expect(failing.first?.contains("wrong: no failure: Expectation failed") == true)
    let crashing = failures { expectSurvivesEveryAllocationFailure { fatalError("at once") } }
    #expect(crashing.first?.contains("crashed: no failure: died by SIG") == true, "\(crashing)")
  }

  @Test func `more allocations than the limit fail the test`() {
    let seen = failures {
      let sweep = expectSurvivesEveryAllocationFailure(modes: [.once], pointLimit: 3) {
        for _ in 0..<10 { try useOne(8) }
      }
      #expect(sweep.isCut)
      #expect(!sweep.survives)
    }
    #expect(seen.first?.contains("more allocations than the point limit") == true, "\(seen)")
  }

  @Test func `a large realloc moves, so that a stale pointer is found`() {
    let seen = failures {
      expectSurvivesEveryAllocationFailure(modes: [.once]) {
        guard let old = unsafe ztrymalloc(100_000) else { throw NoMemory() }
        guard let new = unsafe ztryrealloc(old, 100_001) else {
          unsafe zfree(old)
          throw NoMemory()
        }
        let isMoved = unsafe old != new
        unsafe zfree(new)
        #expect(isMoved)
      }
    }
    #expect(seen == [])
  }

  @Test func `threads that the body starts are covered`() {
    let sweep = expectSurvivesEveryAllocationFailure(modes: [.once]) {
      try useOne(8)
      let address = onAnotherThread { Handle(8).address }
      guard address != 0 else { throw NoMemory() }
      unsafe zfree(UnsafeMutableRawPointer(bitPattern: address))
    }
    #expect(sweep.counts == [.reported: 2])
  }

  @Test func `what the code around it has in force does not count`() {
    withFaults(.all) {
      let sweep = expectSurvivesEveryAllocationFailure(modes: [.once]) { try useOne(8) }
      #expect(sweep.counts == [.reported: 1])
      #expect(throws: NoMemory.self) { try useOne(8) }
    }
  }
}
