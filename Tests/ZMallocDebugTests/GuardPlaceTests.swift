// Where guarded blocks stand in their runs, as numbers alone.

import Testing

@testable import ZMallocDebug

@Suite struct GuardPlaceTests {
  static let sizes: [UInt] = [
    0, 1, 7, 8, 15, 16, 17, 24, 4064, 4079, 4080, 4081, 4095, 4096, 4097, 65_536, 1 << 20,
  ]
  static let alignments: [UInt] = [16, 32, 64, 1024, 4096, 8192, 65_536, 2 << 20]

  @Test(arguments: sizes, alignments)
  func `a block at the end is aligned, has its prefix, and ends before a page of its run`(
    byteCount: UInt, alignment: UInt
  ) {
    let pages = GuardPlace.pageCount(byteCount, alignment: alignment, isAtStart: false)
    // Runs begin at any page.
    for first in [1, 2, 5, 511, 513] as [UInt] {
      let start = first * 4096
      let end = start + pages * 4096
      let place = GuardPlace(start, end, byteCount, alignment: alignment, isAtStart: false)
      #expect(place.address % alignment == 0)
      #expect(place.dataStart >= start && place.dataStart <= place.address - 16)
      #expect(place.end <= place.dataEnd && place.dataEnd + 4096 <= end)
      #expect(place.gap < min(alignment, 4096))
    }
  }

  @Test(arguments: sizes, alignments)
  func `a block at the start is aligned and has a page of its run before it`(
    byteCount: UInt, alignment: UInt
  ) {
    let pages = GuardPlace.pageCount(byteCount, alignment: alignment, isAtStart: true)
    for first in [1, 2, 5, 511, 513] as [UInt] {
      let start = first * 4096
      let end = start + pages * 4096
      let place = GuardPlace(start, end, byteCount, alignment: alignment, isAtStart: true)
      #expect(place.address % alignment == 0 && place.address % 4096 == 0)
      #expect(place.dataStart == place.address && place.dataStart >= start + 4096)
      #expect(place.dataEnd <= end && place.address < end)
    }
  }

  @Test func `lengths of runs are rounded up by a quarter at most, each to a class of its own`() {
    var classes: [UInt: UInt] = [:]
    for pages in 1...(1 << 18) as ClosedRange<UInt> {
      let (rounded, number) = GuardPool.lengthClass(pages)
      #expect(rounded >= pages && rounded * 4 <= pages * 5 + 3)
      #expect(classes[number] ?? rounded == rounded)
      classes[number] = rounded
      #expect(number < 256)
    }
    #expect(Set(classes.values).count == classes.count)
  }
}
