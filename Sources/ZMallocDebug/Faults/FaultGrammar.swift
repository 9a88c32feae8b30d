// The grammar of fault plans, for the variable, the command line and the calls of a test.
//
//   plan = term ("+" term)*
//   term = "nth:" N | "from:" N | "burst:" N "," K | "every:" K | "rate:" P | "bytes:" SIZE
//        | "size:" SIZE "-" SIZE | "site:" HASH [ "@" K [ "-" ] ] | "function:" GLOB
//        | "module:" GLOB | "once-per-site" | "schedule:" HEX
//
// P is a share, as 0.01 or 1%. GLOB knows * and ?. A burst's comma wants quotes around the plan
// where the plan stands in a list of options.
#if DEBUG_LAYER
  /// Reads plans.
  enum FaultGrammar {
    /// What was wrong, and where.
    struct Mistake {
      let term: Word
      let expectation: StaticString
    }

    /// The outcome of reading a plan.
    enum Outcome {
      case plan(FaultPlan)
      case mistake(Mistake)
    }

    static let forms: StaticString = """
      nth:N, from:N, burst:N,K, every:K, rate:P, bytes:SIZE, size:A-B, site:HASH, function:NAME, \
      module:NAME, once-per-site or schedule:HEX, at most 8 joined by +
      """

    static func parse(_ text: Word) -> Outcome {
      var plan = FaultPlan()
      var rest: Word? = text
      while let word = rest {
        let (first, others) = word.cut(at: 0x2B)
        guard let term = term(first) else {
          return .mistake(Mistake(term: first, expectation: expectation(first)))
        }
        guard plan.add(term) else { return .mistake(Mistake(term: first, expectation: forms)) }
        rest = others
      }
      return .plan(plan)
    }

    private static func term(_ word: Word) -> FaultTerm? {
      let (name, value) = word.cut(at: 0x3A)
      if name.equals("once-per-site") { return value == nil ? FaultTerm(kind: .oncePerSite) : nil }
      guard let value, !value.isEmpty else { return nil }
      if name.equals("nth") { return numbered(.nth, value) }
      if name.equals("from") { return numbered(.from, value) }
      if name.equals("every") { return numbered(.every, value) }
      if name.equals("burst") { return burst(value) }
      if name.equals("rate") { return value.share.map { FaultTerm(kind: .rate, first: $0) } }
      if name.equals("bytes") { return value.byteSize.map { FaultTerm(kind: .bytes, first: $0) } }
      if name.equals("size") { return size(value) }
      if name.equals("site") { return site(value) }
      if name.equals("function") { return FaultTerm(kind: .function, text: value) }
      if name.equals("module") { return FaultTerm(kind: .module, text: value) }
      if name.equals("schedule") { return schedule(value) }
      return nil
    }

    private static func numbered(_ kind: FaultTerm.Kind, _ value: Word) -> FaultTerm? {
      guard let number = value.number, number > 0 else { return nil }
      return FaultTerm(kind: kind, first: number)
    }

    private static func burst(_ value: Word) -> FaultTerm? {
      let (start, length) = value.cut(at: 0x2C)
      guard let first = start.number, let count = length?.number, first > 0, count > 0 else {
        return nil
      }
      return FaultTerm(kind: .burst, first: first, second: count)
    }

    private static func size(_ value: Word) -> FaultTerm? {
      let (low, high) = value.cut(at: 0x2D)
      guard let first = low.byteSize, let second = (high ?? low).byteSize, first <= second else {
        return nil
      }
      return FaultTerm(kind: .size, first: first, second: second)
    }

    private static func site(_ value: Word) -> FaultTerm? {
      let (hash, place) = value.cut(at: 0x40)
      guard let key = hash.hexadecimal else { return nil }
      guard let place else { return FaultTerm(kind: .site, first: key) }
      var number = place
      let isOpenEnded = !place.isEmpty && place.byte(place.byteCount - 1) == 0x2D
      if isOpenEnded { number.end -= 1 }
      guard let occurrence = number.number, occurrence > 0 else { return nil }
      return FaultTerm(
        kind: .site, isOpenEnded: isOpenEnded ? 1 : 0, first: key, second: occurrence)
    }

    private static func schedule(_ value: Word) -> FaultTerm? {
      guard value.byteCount % 2 == 0 else { return nil }
      for index in 0..<value.byteCount where value.digit(index) == nil { return nil }
      return FaultTerm(kind: .schedule, text: value)
    }

    /// What a term that could not be read should have been.
    private static func expectation(_ word: Word) -> StaticString {
      let (name, _) = word.cut(at: 0x3A)
      if name.equals("nth") || name.equals("from") || name.equals("every") {
        return "a number from 1 on"
      }
      if name.equals("burst") { return "N,K, both from 1 on; in a list of options in quotes" }
      if name.equals("rate") { return "a share, as 0.01 or 1%" }
      if name.equals("bytes") { return "a size, as 64MiB" }
      if name.equals("size") { return "A-B, two sizes, the smaller first" }
      if name.equals("site") { return "1 to 16 hexadecimal digits, then @K or @K- or nothing" }
      if name.equals("function") || name.equals("module") {
        return "a name; * and ? stand for others"
      }
      if name.equals("schedule") { return "pairs of hexadecimal digits" }
      if name.equals("once-per-site") { return "no value" }
      return forms
    }
  }
#endif
