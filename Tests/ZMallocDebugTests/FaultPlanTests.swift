// Fault plans: which points fail, and what the grammar takes.

import Testing

@testable import ZMallocDebug

/// Reads a plan from text, as the variable holds it.
private func withPlan<Result>(
  _ text: String, _ body: (FaultGrammar.Outcome) throws -> Result
) rethrows -> Result {
  var bytes = Array(text.utf8)
  return try unsafe bytes.withUnsafeMutableBytes { raw in
    let start = UInt(bitPattern: raw.baseAddress)
    return try body(FaultGrammar.parse(Word(start: start, end: start + UInt(raw.count))))
  }
}

/// The points from 1 to `last` that a plan fails, each of `byteCount` bytes.
private func failing(
  _ text: String, upTo last: UInt64, byteCount: UInt64 = 16, seed: UInt64 = 1, live: UInt64 = 0
) -> [UInt64] {
  withPlan(text) { outcome in
    guard case .plan(var plan) = outcome else {
      Issue.record("\(text) is no plan")
      return []
    }
    let world = FaultWorld(seed: seed, liveByteCount: live)
    var failed: [UInt64] = []
    var next = plan.next(after: 0)
    for number in 1...last {
      let fails = plan.fails(FaultPoint(number: number, byteCount: byteCount), world)
      if fails { failed.append(number) }
      // Whoever looks at numbers alone must never miss one.
      if fails { #expect(next <= number, "\(text): \(next) for \(number)") }
      next = plan.next(after: number)
    }
    return failed
  }
}

private func isRefused(_ text: String) -> Bool {
  withPlan(text) { outcome in
    if case .mistake = outcome { true } else { false }
  }
}

@Suite struct FaultPlanTests {
  @Test func `a plan without terms is not armed`() {
    let plan = FaultPlan()
    #expect(!plan.isArmed)
  }

  @Test(
    arguments: [
      ("nth:3", [3]), ("from:5", [5, 6, 7, 8]), ("burst:2,3", [2, 3, 4]), ("every:3", [3, 6]),
      ("nth:1+nth:2+nth:5", [1, 2, 5]), ("nth:2+from:7", [2, 7, 8]), ("schedule:05", [1, 3]),
      ("schedule:8001", [8]), ("rate:1", [1, 2, 3, 4, 5, 6, 7, 8]), ("rate:0", []),
      ("rate:100%", [1, 2, 3, 4, 5, 6, 7, 8]),
    ] as [(String, [UInt64])])
  func `numbers choose the points`(_ text: String, _ expected: [UInt64]) {
    #expect(failing(text, upTo: 8) == expected)
  }

  @Test(arguments: [(15, false), (16, true), (64, true), (65, false)] as [(UInt64, Bool)])
  func `a size chooses the points`(_ byteCount: UInt64, _ isFailing: Bool) {
    #expect(failing("size:16-64", upTo: 1, byteCount: byteCount) == (isFailing ? [1] : []))
  }

  @Test(arguments: [(0, false), (84, false), (85, true), (UInt64.max, true)] as [(UInt64, Bool)])
  func `a limit of live bytes chooses the points`(_ live: UInt64, _ isFailing: Bool) {
    #expect(failing("bytes:100", upTo: 1, byteCount: 16, live: live) == (isFailing ? [1] : []))
  }

  @Test func `a rate depends on the seed alone and is kept`() {
    let first = failing("rate:10%", upTo: 10_000, seed: 7)
    #expect(first == failing("rate:10%", upTo: 10_000, seed: 7))
    #expect(first != failing("rate:10%", upTo: 10_000, seed: 8))
    #expect((900...1100).contains(first.count))
  }

  @Test func `a site fails at every point, at one, or from one on`() {
    func points(_ text: String) -> [UInt64] {
      withPlan(text) { outcome in
        guard case .plan(var plan) = outcome else {
          Issue.record("\(text) is no plan")
          return []
        }
        let world = FaultWorld(seed: 0, liveByteCount: 0)
        return (1...8).filter { number in
          // Points 2, 4, 6 and 8 come from the site.
          var point = FaultPoint(number: number, byteCount: 1)
          point.matches = number % 2 == 0 ? 1 : 0
          return plan.fails(point, world)
        }
      }
    }
    #expect(points("site:1f") == [2, 4, 6, 8])
    #expect(points("site:1f@2") == [4])
    #expect(points("site:1f@2-") == [4, 5, 6, 7, 8])
    #expect(points("site:1f@9") == [])
  }

  @Test func `a point fails at the first sight of its site`() {
    withPlan("once-per-site") { outcome in
      guard case .plan(var plan) = outcome else {
        Issue.record("not a plan")
        return
      }
      let world = FaultWorld(seed: 0, liveByteCount: 0)
      var point = FaultPoint(number: 1, byteCount: 1)
      point.isFirst = true
      let first = plan.fails(point, world)
      point.isFirst = false
      let second = plan.fails(point, world)
      #expect(first && !second)
    }
  }

  @Test(arguments: [
    "", "nth", "nth:", "nth:0", "nth:x", "nth:-1", "from:0", "every:0", "burst:1", "burst:0,1",
    "burst:1,0", "rate:2", "rate:101%", "rate:x", "rate:0.", "bytes:lots", "size:9-2", "size:",
    "site:", "site:xyz", "site:1@0", "site:1@", "site:12345678901234567", "function:", "module:",
    "once-per-site:1", "schedule:1", "schedule:zz", "nth:1+", "sometimes",
    "nth:1+nth:2+nth:3+nth:4+nth:5+nth:6+nth:7+nth:8+nth:9",
  ])
  func `what is no plan is refused`(_ text: String) {
    #expect(isRefused(text))
  }

  @Test(arguments: [
    ("main", "main", true), ("main", "ma*", true), ("main", "*", true), ("main", "m??n", true),
    ("main", "m?n", false), ("", "*", true), ("", "?", false), ("parse_json", "*_j*n", true),
    ("parse_json", "parse_*x", false), ("aaa", "a*a*a*a", false), ("libc.so.6", "libc.so*", true),
  ])
  func `patterns know stars and question marks`(
    _ name: String, _ pattern: String, _ expected: Bool
  ) {
    var bytes = Array((name + pattern).utf8)
    let matches = unsafe bytes.withUnsafeMutableBytes { raw in
      let start = UInt(bitPattern: raw.baseAddress)
      let middle = start + UInt(name.utf8.count)
      return Word(start: start, end: middle)
        .matches(Word(start: middle, end: middle + UInt(pattern.utf8.count)))
    }
    #expect(matches == expected)
  }
}
