// Fault plans: which points fail.

import Testing

@testable import ZMallocDebug

@Suite struct FaultPlanTests {
  @Test func `nth fails one point`() {
    var plan = FaultPlan()
    #expect(!plan.isArmed)
    let added = plan.add(FaultTerm(kind: FaultTerm.nth, number: 3))
    #expect(added)
    #expect((1...6).filter { plan.fails($0) } == [3])
  }

  @Test func `from fails that one and all after it`() {
    var plan = FaultPlan()
    let added = plan.add(FaultTerm(kind: FaultTerm.from, number: 4))
    #expect(added)
    #expect((1...6).filter { plan.fails($0) } == [4, 5, 6])
  }

  @Test func `a plan fails what one of its terms fails`() {
    var plan = FaultPlan()
    for number in [1, 2, 5] as [UInt64] {
      let added = plan.add(FaultTerm(kind: FaultTerm.nth, number: number))
      #expect(added)
    }
    #expect((1...6).filter { plan.fails($0) } == [1, 2, 5])
  }

  @Test func `eight terms fit and a ninth is refused`() {
    var plan = FaultPlan()
    for number in 1...8 as ClosedRange<UInt64> {
      let added = plan.add(FaultTerm(kind: FaultTerm.nth, number: number))
      #expect(added)
    }
    let ninth = plan.add(FaultTerm(kind: FaultTerm.nth, number: 9))
    #expect(!ninth)
    #expect(!plan.fails(9))
  }
}
