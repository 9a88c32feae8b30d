// The sweep in XCTest: bodies that survive. Those that do not are fixtures.
import XCTest
import ZMalloc
import ZMallocTesting

final class SweepXCTests: XCTestCase {
  func testABodyThatThrowsSurvives() {
    let sweep = expectSurvivesEveryAllocationFailure { for _ in 0..<3 { try useOne(8) } }
    XCTAssertTrue(sweep.survives)
    XCTAssertEqual(sweep.counts, [.reported: 6])
  }

  func testAnAssertionOnTheWayToAnErrorIsPartOfReportingIt() {
    let sweep = expectSurvivesEveryAllocationFailure(modes: [.once]) {
      let block = Handle(8)
      XCTAssertNotEqual(block.address, 0)
      guard block.address != 0 else { throw NoMemory() }
      block.free()
    }
    XCTAssertEqual(sweep.counts, [.reported: 1])
  }

  func testAValueIsComparedWithTheUsualOne() {
    let sweep = expectSurvivesEveryAllocationFailure { () -> Int in
      let block = Handle(8)
      block.free()
      return 7
    }
    XCTAssertEqual(sweep.counts, [.tolerated: 2])
  }

  func testPlansWorkHereToo() throws {
    XCTAssertThrowsError(try withFaults(.nth(1)) { try useOne(8) })
    try withFaults(.all) { try withoutFaults { try useOne(8) } }
  }
}
