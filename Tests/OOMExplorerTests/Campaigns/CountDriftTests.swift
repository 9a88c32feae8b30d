// The first place where two runs differ in how often they ask for memory.
import Testing

@testable import OOMExplorer

@Suite struct CountDriftTests {
  private func sites(_ counts: [(key: UInt64, count: UInt64)]) -> [Site] {
    counts.enumerated().map { number, entry in
      Site(
        key: entry.key, firstPoint: UInt64(number * 10 + 1), count: entry.count, seconds: 0,
        frames: [])
    }
  }

  @Test func `equal runs have none`() {
    #expect(CountDrift([], []) == nil)
    #expect(CountDrift(sites([(1, 2), (3, 4)]), sites([(1, 2), (3, 4)])) == nil)
    #expect(CountDrift(sites([(1, 2), (3, 2)]), sites([(3, 2), (1, 2)])) == nil)
  }

  @Test func `the site that comes first counts, wherever it was seen`() throws {
    let more = try #require(CountDrift(sites([(1, 2), (3, 4), (5, 1)]), sites([(1, 2), (3, 6)])))
    #expect(more.site.key == 3)
    #expect(more.counts == (4, 6))
    let fresh = try #require(CountDrift(sites([(1, 2), (5, 1)]), sites([(7, 9), (1, 2)])))
    #expect(fresh.site.key == 7)
    #expect(fresh.counts == (0, 9))
  }
}
