// Small tests that fail on purpose, or need a run of their own. They are off unless a variable says
// otherwise: FixtureRuns.swift runs them in a process of their own and looks at what that says.
import Foundation
import Testing
import XCTest
import ZMalloc
import ZMallocTesting

private let isOn = ProcessInfo.processInfo.environment["ZMALLOC_TESTING_FIXTURES"] != nil

@Suite(.enabled(if: isOn)) struct Fixture {
  @Test(.leakChecked) func leaks() { leakOne(40) }

  @Test(.heapChecked) func overflows() async {
    await hop()
    overflowOne(24)
  }

  @Test(.failingAllocations(.nth(7))) func failsNothing() throws { try useOne(8) }

  @Test(.leakChecked, .heapChecked, .failingEveryAllocation) func isGood() async throws {
    for byteCount in 1...3 {
      await hop()
      try await Task { try useOne(byteCount) }.value
    }
  }

  @Test(.failingEveryAllocation) func losesABlock() async throws {
    await hop()
    try loseFirstWhenSecondFails()
  }

  @Test(.failingEveryAllocation(modes: [.once])) func crashes() async throws {
    await hop()
    try trustSecond()
  }

  @Test(.failingEveryAllocation(modes: [.once], timeLimit: .seconds(3)))
  func hangs() async throws {
    await hop()
    let block = Handle(8)
    while block.address == 0 { await hop() }
    block.free()
  }

  @Test(.failingEveryAllocation(modes: [.once])) func expectsMemory() async throws {
    let block = Handle(8)
    #expect(block.address != 0)
    block.free()
  }

  @Test(.failingEveryAllocation(modes: [.once]), arguments: ["good", "bad"], [1, 2])
  func hasABadCase(name: String, count: Int) async throws {
    await hop()
    if name == "bad" && count == 2 {
      try loseFirstWhenSecondFails()
    } else {
      for _ in 0..<count { try useOne(8) }
    }
  }

  @Test(.failingEveryAllocation) func failsByItself() { #expect(Bool(false), "by itself") }

  @Test(.failingEveryAllocation(modes: [.once])) func damagesTheHeap() async throws {
    let block = Handle(8)
    await hop()
    if block.address == 0 { overflowOne(16) }
    block.free()
  }

  @Test(.leakChecked) func isUnwatched() { leakOne(8) }

  @Suite(.failingEveryAllocation(modes: [.fromThere]), .leakChecked) struct Swept {
    @Test func inASuite() throws { try useOne(8) }
  }
}

/// The same for XCTest.
final class FixtureXCTests: XCTestCase {
  override func setUpWithError() throws {
    try XCTSkipUnless(isOn)
  }

  func testLosesABlock() {
    expectSurvivesEveryAllocationFailure { try loseFirstWhenSecondFails() }
  }

  func testAssertsMemory() {
    expectSurvivesEveryAllocationFailure(modes: [.once], mayRecover: true) {
      let block = Handle(8)
      XCTAssertNotEqual(block.address, 0, "there is memory")
      block.free()
    }
  }
}
