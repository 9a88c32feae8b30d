// Trials: their names, and the fault plans that they are.
import Testing

@testable import OOMExplorer

@Suite struct TrialTests {
  static let named: [(Trial, name: String, plan: String)] = [
    (Trial(site: 0x4F2A, kind: .once), "4f2a@1", "site:4f2a@1"),
    (Trial(site: 0x4F2A, kind: .onward), "4f2a@1-", "site:4f2a@1-"),
    (Trial(site: 0x4F2A, kind: .burst), "4f2a@1*3", "'burst:37,3'"),
    (Trial(site: 0x4F2A, kind: .later(2)), "4f2a@2", "site:4f2a@2"),
    (Trial(site: 0x4F2A, kind: .second(0xBEE)), "4f2a@1+bee", "site:4f2a@1+site:bee@1"),
    (Trial(site: 1, kind: .later(.max)), "1@\(UInt64.max)", "site:1@\(UInt64.max)"),
    (
      Trial(site: .max, kind: .second(.max)), "ffffffffffffffff@1+ffffffffffffffff",
      "site:ffffffffffffffff@1+site:ffffffffffffffff@1"
    ),
  ]

  @Test(arguments: named)
  func `a trial has a name, which is read back, and a plan`(
    trial: Trial, name: String, plan: String
  ) {
    #expect(trial.name == name)
    #expect(Trial(name: name) == trial)
    #expect(trial.plan(firstPoint: 37) == plan)
  }

  @Test func `names of many trials are read back`() {
    var random = SeededNumbers(seed: 11)
    for _ in 0..<1_000 {
      let (site, other) = (random.next(), random.next())
      let later = Trial.Kind.later(max(2, random.next() >> (random.next() % 63)))
      for kind in [.once, .onward, .burst, later, .second(other)] as [Trial.Kind] {
        let trial = Trial(site: site, kind: kind)
        #expect(Trial(name: trial.name) == trial)
      }
    }
  }

  @Test(
    arguments: [
      "", "@", "@1", "4f2a", "4f2a@", "4f2a@0", "4f2a@01", "4f2a@+1", "4f2a@-1", "4f2a@1--",
      "4f2a@1*4", "4f2a@1*",
      "4f2a@1+", "4f2a@1+x", "4f2a@2-", "4f2a@2+bee", "4g@1", "4f2a@1 ", " 4f2a@1", "4f2a@1@1",
      "10000000000000000@1", "1@18446744073709551616", "1@1+10000000000000000", "größe@1",
    ])
  func `what is no name is no trial`(name: String) {
    #expect(Trial(name: name) == nil)
  }
}
