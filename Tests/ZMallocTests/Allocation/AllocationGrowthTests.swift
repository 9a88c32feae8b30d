// An allocation that grows: what stays, what it costs, and what is left when memory runs out.

import Testing
import ZMalloc
import ZMallocTesting

/// Writes a byte that is its own number at a place.
private func mark(_ allocation: inout Allocation, at index: Int) {
  allocation.withMutableBytes { bytes in
    bytes.storeBytes(of: UInt8(truncatingIfNeeded: index), toByteOffset: index, as: UInt8.self)
  }
}

/// Expects that each of the first bytes is its own number.
private func expectMarked(
  _ allocation: borrowing Allocation, _ count: Int,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let isWhole = isMarked(allocation, count)
  #expect(isWhole, sourceLocation: sourceLocation)
}

/// Whether each of the first bytes is its own number.
private func isMarked(_ allocation: borrowing Allocation, _ count: Int) -> Bool {
  allocation.withBytes { bytes in
    (0..<count).allSatisfy {
      unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) == UInt8(truncatingIfNeeded: $0)
    }
  }
}

/// A text that is appended to byte by byte, as a parser would.
private func appended(_ count: Int) throws(OutOfMemory) -> Allocation {
  var text = try Allocation(byteCount: 0)
  for index in 0..<count {
    try text.grow(toAtLeast: index + 1)
    mark(&text, at: index)
  }
  return text
}

@Suite(.serialized) struct AllocationGrowthTests {
  @Test(arguments: sizes, [0, 1, 16, 4096, 1 << 20])
  func `growing keeps the bytes and is never less than what is needed`(
    from: Int, to: Int
  ) throws {
    var allocation = try Allocation(byteCount: from)
    for index in 0..<from { mark(&allocation, at: index) }
    let before = allocation.byteCount
    try allocation.grow(toAtLeast: to)
    let after = allocation.byteCount
    #expect(after >= max(before, to))
    expectMarked(allocation, from)
    if after > 0 { mark(&allocation, at: after - 1) }
  }

  @Test func `growth within the usable size keeps the block where it is`() throws {
    var allocation = try Allocation(byteCount: 9)
    let byteCount = allocation.byteCount
    let start = address(allocation)
    for wanted in 0...byteCount { try allocation.grow(toAtLeast: wanted) }
    let isThere = address(allocation) == start
    #expect(isThere)
    #expect(allocation.byteCount == byteCount)
  }

  @Test func `byte by byte, the number of resizes is logarithmic`() throws {
    var text = try Allocation(byteCount: 8)
    var resizes = 0
    for wanted in 1...1_000_000 {
      let before = text.byteCount
      try text.grow(toAtLeast: wanted)
      if text.byteCount != before { resizes += 1 }
    }
    // ln(1,000,000 / 8) / ln(1.5) is 28.9.
    #expect((10...29).contains(resizes))
  }

  @Test(arguments: sizes, [0, 1, 16, 4096, 1 << 20])
  func `resizing keeps the bytes that fit`(from: Int, to: Int) throws {
    var allocation = try Allocation(byteCount: from)
    for index in 0..<from { mark(&allocation, at: index) }
    try allocation.resize(to: to)
    // Under the layer it is just that; no bytes are a block of one.
    let byteCount = allocation.byteCount
    #expect(ZMalloc.isWatching ? byteCount == max(to, 1) : byteCount >= max(to, 8))
    expectMarked(allocation, min(from, to))
  }

  @Test(arguments: hugeSizes)
  func `a size that no memory has throws and changes nothing`(size: Int) throws {
    var allocation = try Allocation(byteCount: 100)
    for index in 0..<100 { mark(&allocation, at: index) }
    let start = address(allocation)
    let byteCount = allocation.byteCount
    let error = OutOfMemory(byteCount: size)
    do throws(OutOfMemory) {
      try allocation.grow(toAtLeast: size)
      Issue.record("grown to \(size) bytes")
    } catch { #expect(error == OutOfMemory(byteCount: size)) }
    do throws(OutOfMemory) {
      try allocation.resize(to: size)
      Issue.record("resized to \(size) bytes")
    } catch { #expect(error == OutOfMemory(byteCount: size)) }
    #expect(error.byteCount == size)
    let isThere = address(allocation) == start
    #expect(isThere)
    #expect(allocation.byteCount == byteCount)
    expectMarked(allocation, 100)
  }

  @Test(arguments: [1, 2, 16, 32, 64, 4096, 1 << 16], [0, 1, 100, 5000])
  func `an alignment is kept by growth that is told it`(alignment: Int, size: Int) throws {
    var allocation = try Allocation(byteCount: size, alignment: alignment)
    let byteCount = allocation.byteCount
    #expect(ZMalloc.isWatching ? byteCount == size : byteCount >= size)
    expectAligned(allocation, alignment)
    for index in 0..<size { mark(&allocation, at: index) }
    try allocation.grow(toAtLeast: 2 * size + 1, alignment: alignment)
    expectAligned(allocation, alignment)
    expectMarked(allocation, size)
    try allocation.resize(to: size + 100_000, alignment: alignment)
    expectAligned(allocation, alignment)
    expectMarked(allocation, size)
    try allocation.resize(to: size / 2, alignment: alignment)
    expectAligned(allocation, alignment)
    expectMarked(allocation, size / 2)
    #expect(throws: OutOfMemory(byteCount: -1)) {
      _ = try Allocation(byteCount: -1, alignment: alignment)
    }
  }

  @Test(arguments: [0, -1, 3, 24, Int.min])
  func `what is no alignment stops the process`(alignment: Int) async {
    await #expect(processExitsWith: .failure) { [alignment] in
      _ = try Allocation(byteCount: 8, alignment: alignment)
    }
  }

  private func expectAligned(
    _ allocation: borrowing Allocation, _ alignment: Int,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let rest = address(allocation) % UInt(alignment)
    #expect(rest == 0, sourceLocation: sourceLocation)
  }

  private func address(_ allocation: borrowing Allocation) -> UInt {
    allocation.withBytes { bytes in
      unsafe bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    }
  }

  @Suite(.enabled(if: ZMalloc.isWatching), .leakChecked, .heapChecked) struct Failing {
    @Test(.failingAllocations(.nth(1)))
    func `an allocation that fails throws, and the next one works`() throws {
      #expect(throws: OutOfMemory(byteCount: 24)) { _ = try Allocation(byteCount: 24) }
      _ = try Allocation(byteCount: 24)
    }

    @Test(.failingAllocations(.from(2)))
    func `growth that fails throws the size that was needed, and the value is usable`() throws {
      var text = try Allocation(byteCount: 10)
      for index in 0..<10 { mark(&text, at: index) }
      do throws(OutOfMemory) {
        try text.grow(toAtLeast: 11)
        Issue.record("grown")
      } catch { #expect(error == OutOfMemory(byteCount: 11)) }
      #expect(text.byteCount == 10)
      mark(&text, at: 9)
      expectMarked(text, 10)
      // What it has already needs no allocation.
      try text.grow(toAtLeast: 10)
    }

    @Test(.failingAllocations(.nth(2)))
    func `a resize that fails leaves the value as it was, also to fewer bytes`() throws {
      var text = try Allocation(byteCount: 10)
      for index in 0..<10 { mark(&text, at: index) }
      #expect(throws: OutOfMemory(byteCount: 4)) { try text.resize(to: 4) }
      #expect(text.byteCount == 10)
      expectMarked(text, 10)
      try text.resize(to: 4)
      #expect(text.byteCount == 4)
    }

    @Test(.failingAllocations(.nth(2)))
    func `growth to an alignment that fails leaves the value as it was`() throws {
      var text = try Allocation(byteCount: 10, alignment: 64)
      for index in 0..<10 { mark(&text, at: index) }
      do throws(OutOfMemory) {
        try text.grow(toAtLeast: 11, alignment: 64)
        Issue.record("grown")
      } catch { #expect(error == OutOfMemory(byteCount: 11)) }
      expectMarked(text, 10)
      try text.grow(toAtLeast: 11, alignment: 64)
      expectMarked(text, 10)
    }

    @Test func `code on it survives each failure`() {
      let sweep = expectSurvivesEveryAllocationFailure {
        let text = try appended(40)
        guard isMarked(text, 40) else { fatalError("a byte was lost") }
      }
      #expect(sweep.survives)
      #expect(sweep.pointCount > 5)
    }
  }
}
