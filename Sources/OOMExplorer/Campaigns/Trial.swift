// One thing to try: which allocation fails, and how many after it.

/// A trial: a site and a way to fail it.
struct Trial: Sendable, Hashable {
  /// How the allocation fails.
  enum Kind: Sendable, Hashable {
    /// The first one from the site, and no other.
    case once
    /// The first one from the site and all after it, from wherever.
    case onward
    /// The first one from the site and the two after it, which defeats loops that try again.
    case burst
    /// Another one from the site than the first.
    case later(UInt64)
    /// The first one from the site, and the first from a site that only this failure leads to.
    case second(UInt64)
  }

  var site: UInt64
  var kind: Kind

  /// Tried in the time that is left of a budget.
  var isExtra: Bool {
    switch kind {
    case .once, .onward, .second: false
    case .burst, .later: true
    }
  }

  /// The fault plan.
  ///
  /// - Parameter firstPoint: The number of the site's first point.
  /// - Returns: The plan, as `fail=` takes it.
  func plan(firstPoint: UInt64) -> String {
    let key = String(site, radix: 16)
    return switch kind {
    case .once: "site:\(key)@1"
    case .onward: "site:\(key)@1-"
    case .burst: "'burst:\(firstPoint),3'"
    case .later(let occurrence): "site:\(key)@\(occurrence)"
    case .second(let other): "site:\(key)@1+site:\(String(other, radix: 16))@1"
    }
  }

  /// The same by numbers alone, for a run whose allocations are numbered as ever.
  ///
  /// - Parameters:
  ///   - firstPoint: The number of the site's first point.
  ///   - points: The numbers of the others.
  /// - Returns: The plan; `nil` where a number is not known, or does not do.
  func plan(firstPoint: UInt64, _ points: PointOrder) -> String? {
    switch kind {
    case .once: "nth:\(firstPoint)"
    case .onward: "from:\(firstPoint)"
    case .burst: "'burst:\(firstPoint),3'"
    case .later(let occurrence):
      points.point(of: site, occurrence: occurrence).map { "nth:\($0)" }
    case .second: nil
    }
  }

  /// The number of the point that fails first, where ``plan(firstPoint:_:)`` knows it.
  func point(firstPoint: UInt64, _ points: PointOrder) -> UInt64? {
    guard case .later(let occurrence) = kind else { return firstPoint }
    return points.point(of: site, occurrence: occurrence)
  }

  /// Its name in the file of a campaign, as in `4f2a@1-`.
  var name: String {
    let key = String(site, radix: 16)
    return switch kind {
    case .once: "\(key)@1"
    case .onward: "\(key)@1-"
    case .burst: "\(key)@1*3"
    case .later(let occurrence): "\(key)@\(occurrence)"
    case .second(let other): "\(key)@1+\(String(other, radix: 16))"
    }
  }

  init(site: UInt64, kind: Kind) {
    self.site = site
    self.kind = kind
  }

  /// Reads a name; `nil` when it is none.
  init?(name: String) {
    guard let mark = name.firstIndex(of: "@"), let key = UInt64(name[..<mark], radix: 16) else {
      return nil
    }
    site = key
    let rest = name[name.index(after: mark)...]
    switch rest {
    case "1": kind = .once
    case "1-": kind = .onward
    case "1*3": kind = .burst
    default:
      if rest.hasPrefix("1+"), let other = UInt64(rest.dropFirst(2), radix: 16) {
        kind = .second(other)
      } else if let occurrence = UInt64(rest), occurrence > 1 {
        kind = .later(occurrence)
      } else {
        return nil
      }
    }
    // Only one way to spell each.
    guard self.name == name else { return nil }
  }
}
