// Occurrences of a site by their numbers, and the plans that need no stacks.
import Testing

@testable import OOMExplorer

@Suite struct PointOrderTests {
  /// Site 7 at the points 1, 3 and 6, site 9 at 2 and 5; of point 4 nothing is known.
  static let order = PointOrder([1, 2, 1, 0, 2, 1], sites: [7, 9, 11])

  @Test(
    arguments: [
      (7, 1, 1), (7, 2, 3), (7, 3, 6), (9, 1, 2), (9, 2, 5),
      (7, 0, nil), (7, 4, nil), (9, 3, nil), (11, 1, nil), (13, 1, nil), (7, .max, nil),
    ] as [(UInt64, UInt64, UInt64?)])
  func `an occurrence has a number where the plain run told it`(
    site: UInt64, occurrence: UInt64, point: UInt64?
  ) {
    #expect(Self.order.point(of: site, occurrence: occurrence) == point)
  }

  @Test func `an index past the sites is no site`() {
    #expect(PointOrder([3], sites: [7]) == PointOrder())
  }

  @Test(
    arguments: [
      (.once, "nth:1"), (.onward, "from:1"), (.burst, "'burst:1,3'"), (.later(3), "nth:6"),
      (.later(4), nil), (.second(9), nil),
    ] as [(Trial.Kind, String?)])
  func `a plan goes by numbers where they are known`(kind: Trial.Kind, plan: String?) {
    #expect(Trial(site: 7, kind: kind).plan(firstPoint: 1, Self.order) == plan)
  }
}
