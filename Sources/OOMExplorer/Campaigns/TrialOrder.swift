// Which failures are tried, and in which order: the sites first, in the order in which the program
// comes to them, each once and from there on; then, while there is time, what those leave out.

/// The order of trials.
enum TrialOrder {
  /// Each site once, and each from there on.
  static func sitesFirst(_ sites: [Site], _ shard: CampaignRequest.Shard?) -> [Trial] {
    let own = sites.filter { isOwn($0.key, shard) }
    return own.map { Trial(site: $0.key, kind: .once) }
      + own.map { Trial(site: $0.key, kind: .onward) }
  }

  /// What is tried while there is time: three in a row at each site first, then later occurrences,
  /// chosen by chance.
  static func extras(
    _ sites: [Site], round: UInt64, _ random: inout SeededNumbers, _ shard: CampaignRequest.Shard?
  ) -> [Trial] {
    let own = sites.filter { isOwn($0.key, shard) }
    if round == 0 { return own.map { Trial(site: $0.key, kind: .burst) } }
    return own.filter { $0.count > 1 }.map { site in
      Trial(site: site.key, kind: .later(2 + random.next() % (site.count - 1)))
    }
  }

  /// Whether a site belongs to a part: by its key, which is the same on every machine.
  static func isOwn(_ key: UInt64, _ shard: CampaignRequest.Shard?) -> Bool {
    guard let shard else { return true }
    return Int(key % UInt64(shard.count)) == shard.index - 1
  }
}

/// Numbers that look drawn by chance and are the same for the same seed: SplitMix64 (Steele, Lea,
/// Flood 2014).
struct SeededNumbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
