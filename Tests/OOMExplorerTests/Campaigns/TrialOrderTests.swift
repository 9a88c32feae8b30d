// The order of trials: sites first, parts that lie apart, chance that repeats.
import Testing

@testable import OOMExplorer

@Suite struct TrialOrderTests {
  /// Sites with keys that look like real ones; their counts are 1, 2, 3 and so on.
  static let sites: [Site] = {
    var random = SeededNumbers(seed: 5)
    return (1...100).map { number in
      Site(
        key: random.next(), firstPoint: UInt64(number * 3), count: UInt64(number), seconds: 0,
        frames: [])
    }
  }()

  @Test func `each site fails once, in the order of the program, then each from there on`() {
    let trials = TrialOrder.sitesFirst(Self.sites, nil)
    #expect(trials.count == 200)
    #expect(trials.prefix(100).map(\.site) == Self.sites.map(\.key))
    #expect(trials.prefix(100).allSatisfy { $0.kind == .once })
    #expect(trials.suffix(100).map(\.site) == Self.sites.map(\.key))
    #expect(trials.suffix(100).allSatisfy { $0.kind == .onward })
    #expect(TrialOrder.sitesFirst([], nil).isEmpty)
  }

  @Test(arguments: [1, 2, 3, 7, 64, 1_000])
  func `parts have nothing in common, and are everything together`(count: Int) throws {
    let whole = TrialOrder.sitesFirst(Self.sites, nil)
    var together: [Trial] = []
    for index in 1...count {
      let shard = try #require(CampaignRequest.Shard(index: index, count: count))
      let part = TrialOrder.sitesFirst(Self.sites, shard)
      // A site is in one part with both of its trials, in the order of the whole.
      #expect(part == whole.filter { TrialOrder.isOwn($0.site, shard) })
      together += part
    }
    #expect(together.count == whole.count)
    #expect(Set(together) == Set(whole))
  }

  @Test(arguments: [0, 1])
  func `extras of the parts are those of the whole by their sites`(round: UInt64) throws {
    var random = SeededNumbers(seed: 1)
    let whole = TrialOrder.extras(Self.sites, round: round, &random, nil)
    var sites: [UInt64] = []
    for index in 1...3 {
      let shard = try #require(CampaignRequest.Shard(index: index, count: 3))
      sites += TrialOrder.extras(Self.sites, round: round, &random, shard).map(\.site)
    }
    #expect(sites.count == whole.count)
    #expect(Set(sites) == Set(whole.map(\.site)))
  }

  @Test(arguments: [(0, 1), (1, 0), (2, 1), (-1, 3), (1, -1), (4, 3), (0, 0)])
  func `numbers that name no part are none`(index: Int, count: Int) {
    #expect(CampaignRequest.Shard(index: index, count: count) == nil)
  }

  @Test func `the first extras are bursts at every site`() {
    var random = SeededNumbers(seed: 1)
    let extras = TrialOrder.extras(Self.sites, round: 0, &random, nil)
    #expect(extras == Self.sites.map { Trial(site: $0.key, kind: .burst) })
  }

  @Test func `later extras are occurrences that there are`() {
    var random = SeededNumbers(seed: 1)
    var seen: [UInt64: Set<UInt64>] = [:]
    for round in 1...200 as ClosedRange<UInt64> {
      let extras = TrialOrder.extras(Self.sites, round: round, &random, nil)
      #expect(extras.map(\.site) == Self.sites.dropFirst().map(\.key))
      for (trial, site) in zip(extras, Self.sites.dropFirst()) {
        guard case .later(let occurrence) = trial.kind else {
          Issue.record("\(trial.name) is no later occurrence")
          continue
        }
        #expect((2...site.count).contains(occurrence))
        seen[site.count, default: []].insert(occurrence)
      }
    }
    // Each of them gets its turn, the first and the last too.
    for count in 2...10 as ClosedRange<UInt64> { #expect(seen[count] == Set(2...count)) }
  }

  @Test func `extras are the same for the same seed, and others for another`() {
    func extras(_ seed: UInt64) -> [Trial] {
      var random = SeededNumbers(seed: seed)
      return (1...3).flatMap { TrialOrder.extras(Self.sites, round: $0, &random, nil) }
    }
    #expect(extras(7) == extras(7))
    #expect(extras(7) != extras(8))
  }

  @Test(
    arguments: [
      (0, [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F]),
      (1_234_567, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]),
    ] as [(UInt64, [UInt64])])
  func `seeded numbers are those of SplitMix64`(seed: UInt64, expected: [UInt64]) {
    var random = SeededNumbers(seed: seed)
    #expect(expected.indices.map { _ in random.next() } == expected)
  }
}
