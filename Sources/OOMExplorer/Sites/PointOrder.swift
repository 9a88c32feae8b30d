// The order in which the points of a plain run came from its sites: by it the 37th allocation from
// a site has a number, and a run that is to fail there need not look at stacks.

/// The numbers of the points of each site.
struct PointOrder: Sendable, Equatable {
  /// By the key of the site, ascending, counted from 1.
  private var numbers: [UInt64: [UInt32]] = [:]

  /// Nothing is known.
  init() {}

  /// - Parameters:
  ///   - indices: For each point the index of its site plus one; 0 where it is not known.
  ///   - sites: The keys of the sites.
  init(_ indices: [UInt16], sites: [UInt64]) {
    var lists = [[UInt32]](repeating: [], count: sites.count)
    for (point, index) in indices.enumerated() where index > 0 && Int(index) <= sites.count {
      lists[Int(index) - 1].append(UInt32(point + 1))
    }
    for (key, list) in zip(sites, lists) where !list.isEmpty { numbers[key] = list }
  }

  /// The number of an occurrence of a site, counted from 1; `nil` where it is not known.
  func point(of site: UInt64, occurrence: UInt64) -> UInt64? {
    guard let list = numbers[site], occurrence > 0, occurrence <= UInt64(list.count) else {
      return nil
    }
    return UInt64(list[Int(occurrence) - 1])
  }
}
