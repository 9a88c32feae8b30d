// What a recording of a scope says of the scope's own plan, and that its keys can be used again.
import Foundation
import Recording
import RecordingFormat
import Testing
import ZMalloc

@Suite(.enabled(if: ZMalloc.isWatching)) struct ScopeRecordingTests {
  /// Which of three allocations succeed under a plan, and what the scope's recording says.
  private func outcome(_ plan: FaultPlan?) throws -> (works: [Bool], recording: Recording) {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(UUID().uuidString).zleak").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let scope = try #require(AllocationScope(plan))
    let works = scope.run {
      (1...3).map { _ in
        let block = unsafe ztrymalloc(8)
        defer { unsafe zfree(block) }
        return unsafe block != nil
      }
    }
    #expect(scope.record(to: path))
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    return (works, try Recording(decoding: Array(bytes)))
  }

  @Test func `plan and seed are the scope's own`() throws {
    let plan = FaultPlan.rate(perMillion: 500_000, seed: 7) + .nth(3)
    let meta = try outcome(plan).recording.meta
    #expect(meta.string(.faultPlan) == "rate:0.500000+nth:3")
    #expect(meta.number(.faultSeed) == 7)
    #expect(meta.number(.faultPointCount) == 3)
  }

  @Test func `a scope that only watches, or in which nothing fails, has no plan`() throws {
    for plan in [nil, FaultPlan.none] {
      #expect(try outcome(plan).recording.meta.string(.faultPlan) == nil)
    }
  }

  @Test func `a site fails by the key that a recording has`() throws {
    var plan = FaultPlan.oncePerSite
    for expected in [[false, true, true], [true, false, true]] {
      let (works, recording) = try outcome(plan)
      #expect(works == expected)
      let key = try #require(recording.faults.first?.site)
      plan = .site(key, occurrence: 2)
    }
  }
}
