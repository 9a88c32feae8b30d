// Twenty tests side by side, each with faults, leaks and mistakes of its own: none sees another's.
import Testing
import ZMalloc
import ZMallocTesting

@Suite struct SideBySideTests {
  @Test(arguments: 1...20)
  func `each test has its own faults, leaks and mistakes`(number: Int) async {
    let faults = Seen()
    let seen = await failures(of: .leakChecked) {
      let heap = await failures(of: .heapChecked) {
        await hop()
        for _ in 0..<number { overflowOne(number) }
        await hop()
      }
      let count = number == 1 ? "1 heap violation:" : "\(number) heap violations:"
      #expect(heap.count == 1)
      #expect(heap.first?.contains(count) == true, "\(number): \(heap)")
      #expect(heap.first?.contains("past the end of \(number)-byte block") == true)

      await withFaults(.nth(number)) {
        for place in 1...60 {
          if place % 10 == 0 { await hop() }
          do { try useOne(8) } catch { faults.add("\(place)") }
        }
      }
      for _ in 0..<number { leakOne(number) }
      await hop()
    }
    #expect(faults.texts == ["\(number)"])
    let blocks = number == 1 ? "1 block (1 byte)" : "\(number) blocks ("
    #expect(seen.count == 1)
    #expect(seen.first?.contains("\(blocks)") == true, "\(number): \(seen)")
  }
}
