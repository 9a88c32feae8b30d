// One term of a fault plan: a rule that says of a point whether it fails.
#if DEBUG_LAYER
  import CZMalloc

  /// An allocation that a plan may fail.
  struct FaultPoint {
    /// Its number among the points of the plan's scope, from 1.
    var number: UInt64
    /// The bytes asked for.
    var byteCount: UInt64
    /// The key of its site; 0 where the plan does not look at sites.
    var site: UInt64 = 0
    /// Whether it is the first from its site.
    var isFirst = false
    /// The terms whose pattern the site matches, a bit each.
    var matches: UInt32 = 0
  }

  /// One term of a plan.
  struct FaultTerm: BitwiseCopyable {
    /// What a term looks at.
    enum Kind: UInt32 {
      /// No term.
      case none = 0
      /// The point with the number `first` fails.
      case nth
      /// That one and all after it fail.
      case from
      /// `second` points in a row fail, from the number `first` on.
      case burst
      /// Each `first`th point fails.
      case every
      /// A share of `first` / 2^64 of the points fails, chosen by the seed.
      case rate
      /// A point fails that would lift the live bytes past `first`.
      case bytes
      /// Points of `first` to `second` bytes fail.
      case size
      /// Points of the site `first` fail: all of them, or the `second`th, or from that one on all
      /// points of the process.
      case site
      /// Points fail whose stack has a function of this name in it.
      case function
      /// Points fail whose caller is in this module.
      case module
      /// The first point of each site fails.
      case oncePerSite
      /// The bits of the text, as hexadecimal digits, say which points fail.
      case schedule
    }

    var kind = Kind.none
    /// For `site`: 1 when all points after the one that it names fail too.
    var isOpenEnded: UInt32 = 0
    var first: UInt64 = 0
    var second: UInt64 = 0
    /// The pattern of `function` and `module`, the digits of `schedule`.
    var text = Word(start: 0, end: 0)

    /// Whether a term needs to know the sites of points.
    var looksAtSites: Bool {
      switch kind {
      case .site, .function, .module, .oncePerSite: true
      default: false
      }
    }

    /// Whether a point fails by this term alone.
    ///
    /// - Parameters:
    ///   - point: The point.
    ///   - index: The term's place in its plan: its bit in ``FaultPoint/matches``.
    ///   - memory: What the term remembers, 0 at first.
    ///   - world: What the numbers are compared with.
    /// - Returns: Whether the term says that it fails.
    func fails(
      _ point: FaultPoint, at index: Int, _ memory: inout UInt64, _ world: FaultWorld
    ) -> Bool {
      switch kind {
      case .none: return false
      case .nth: return point.number == first
      case .from: return point.number >= first
      case .burst: return point.number >= first && point.number - first < second
      case .every: return point.number % first == 0
      case .rate: return FaultTerm.drawn(point.number, seed: world.seed) < first
      case .bytes:
        let (sum, overflow) = world.liveByteCount.addingReportingOverflow(point.byteCount)
        return overflow || sum > first
      case .size: return point.byteCount >= first && point.byteCount <= second
      case .site: return failsBySite(point, at: index, &memory)
      case .function, .module: return point.matches & (1 << UInt32(index)) != 0
      case .oncePerSite: return point.isFirst
      case .schedule: return isScheduled(point.number)
      }
    }

    /// `memory` counts the points of this site; past an open-ended one it is all ones.
    private func failsBySite(
      _ point: FaultPoint, at index: Int, _ memory: inout UInt64
    ) -> Bool {
      if memory == .max { return true }
      guard point.matches & (1 << UInt32(index)) != 0 else { return false }
      if second == 0 { return true }
      memory += 1
      guard memory == second else { return false }
      if isOpenEnded != 0 { memory = .max }
      return true
    }

    /// A number that looks drawn by chance: the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
    static func drawn(_ number: UInt64, seed: UInt64) -> UInt64 {
      var mixed = seed &+ number &* 0x9E37_79B9_7F4A_7C15
      mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
      return mixed ^ mixed >> 31
    }

    /// Bit 0 of the first digit pair is point 1; points past the text do not fail.
    private func isScheduled(_ number: UInt64) -> Bool {
      let bit = number - 1
      guard bit / 8 < UInt64(text.byteCount) / 2 else { return false }
      let pair = UInt(bit / 8) * 2
      guard let high = text.digit(pair), let low = text.digit(pair + 1) else { return false }
      return (high << 4 | low) >> UInt8(bit % 8) & 1 != 0
    }

    /// The earliest point after `number` that this term may fail by its number alone; `UInt64.max`
    /// for none.
    func next(after number: UInt64, memory: UInt64) -> UInt64 {
      switch kind {
      case .none, .function, .module, .oncePerSite: .max
      case .nth: first > number ? first : .max
      case .from: max(first, number + 1)
      case .burst:
        number + 1 < first ? first : number + 1 - first < second ? number + 1 : .max
      case .every: (number / first + 1) * first
      case .rate, .bytes, .size: number + 1
      case .site: memory == .max ? number + 1 : .max
      case .schedule: number < UInt64(text.byteCount) * 4 ? number + 1 : .max
      }
    }
  }

  /// What plans compare numbers with.
  struct FaultWorld {
    var seed: UInt64
    var liveByteCount: UInt64
  }
#endif
