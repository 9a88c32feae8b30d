// The allocation that one value owns: its sizes, bytes, its one free, and its way to C and back.

import Testing
import ZMalloc

/// Fills all bytes, each with its own value.
private func fill(_ allocation: inout Allocation) {
  allocation.withMutableBytes { bytes in
    for index in 0..<bytes.byteCount {
      bytes.storeBytes(of: UInt8(truncatingIfNeeded: index), toByteOffset: index, as: UInt8.self)
    }
  }
}

/// How many bytes from the first on are as `fill` left them.
private func filled(_ allocation: borrowing Allocation) -> Int {
  allocation.withBytes { bytes in
    (0..<bytes.byteCount).first {
      unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) != UInt8(truncatingIfNeeded: $0)
    } ?? bytes.byteCount
  }
}

@Suite(.serialized) struct OwnedAllocationTests {
  @Test(arguments: sizes)
  func `all of the usable size is the owner's`(size: Int) throws {
    var allocation = try Allocation(byteCount: size)
    let byteCount = allocation.byteCount
    // Under the layer the usable size is the request.
    #expect(ZMalloc.isWatching ? byteCount == size : byteCount >= max(size, 8))
    fill(&allocation)
    let kept = filled(allocation)
    #expect(kept == byteCount)
    let seen = allocation.withBytes { $0.byteCount }
    #expect(seen == byteCount)
  }

  @Test(arguments: sizes)
  func `zeroed bytes are zero up to the usable size`(size: Int) throws {
    // What is freed first is likely to come back, and is not zero then.
    var used = try Allocation(byteCount: size)
    fill(&used)
    _ = consume used
    let allocation = try Allocation(byteCount: size, zeroed: true)
    let isZero = allocation.withBytes { bytes in
      (0..<bytes.byteCount).allSatisfy {
        unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) == 0
      }
    }
    #expect(isZero)
  }

  @Test(arguments: hugeSizes)
  func `a size that no memory has throws, with the size`(size: Int) {
    let error = OutOfMemory(byteCount: size)
    #expect(throws: error) { _ = try Allocation(byteCount: size) }
    #expect(throws: error) { _ = try Allocation(byteCount: size, zeroed: true) }
    #expect("\(error)" == "memory ran out: a block of \(size) bytes was not to be had")
  }

  @Test func `a failure does not call the out-of-memory handler`() async {
    await #expect(processExitsWith: .success) {
      zmalloc_set_oom_handler { size in HandlerLog.last = size }
      #expect(throws: OutOfMemory.self) { _ = try Allocation(byteCount: -1) }
      #expect(throws: OutOfMemory.self) {
        var allocation = try Allocation(byteCount: 8)
        try allocation.grow(toAtLeast: Int.max)
      }
      #expect(HandlerLog.last == 0)
    }
  }

  @Test func `it counts in the used memory until its end, however that comes`() async {
    await #expect(processExitsWith: .success) {
      let before = zmalloc_used_memory()
      do {
        var allocation = try Allocation(byteCount: 100)
        #expect(zmalloc_used_memory() == before + allocation.byteCount)
        try allocation.grow(toAtLeast: 1_000)
        #expect(zmalloc_used_memory() == before + allocation.byteCount)
        try allocation.resize(to: 10)
        #expect(zmalloc_used_memory() == before + allocation.byteCount)
      }
      #expect(zmalloc_used_memory() == before)
      do {
        let kept = try Allocation(byteCount: 64)
        _ = try Allocation(byteCount: -kept.byteCount)
      } catch {}
      #expect(zmalloc_used_memory() == before)
      do {
        // An assignment frees what stood there.
        var replaced = try Allocation(byteCount: 64)
        replaced = try Allocation(byteCount: 32)
        #expect(zmalloc_used_memory() == before + replaced.byteCount)
      }
      #expect(zmalloc_used_memory() == before)
    }
  }

  @Test func `what a body throws comes through with its type, and what it wrote stays`() throws {
    enum Stop: Error { case here }
    var allocation = try Allocation(byteCount: 8, zeroed: true)
    do throws(Stop) {
      try allocation.withMutableBytes { bytes throws(Stop) in
        bytes.storeBytes(of: 42, as: UInt8.self)
        throw .here
      }
      Issue.record("nothing was thrown")
    } catch {
      #expect(error == .here)
    }
    let first = allocation.withBytes { unsafe $0.unsafeLoad(as: UInt8.self) }
    #expect(first == 42)
  }

  @Test func `an access past the end stops the process`() async {
    await #expect(processExitsWith: .failure) {
      var allocation = try Allocation(byteCount: 8)
      let byteCount = allocation.byteCount
      allocation.withMutableBytes { bytes in
        bytes.storeBytes(of: 1, toByteOffset: byteCount, as: UInt8.self)
      }
    }
  }

  @Test func `it may end on another thread`() async throws {
    await #expect(processExitsWith: .success) {
      let before = zmalloc_used_memory()
      for _ in 0..<100 {
        let allocation = try Allocation(byteCount: 100)
        let byteCount = await Task.detached { [taken = Taken(allocation)] in
          taken.adopt().byteCount
        }.value
        #expect(byteCount >= 100)
      }
      #expect(zmalloc_used_memory() == before)
    }
  }

  @Test func `a block goes to C and comes back`() async {
    await #expect(processExitsWith: .success) {
      let before = zmalloc_used_memory()
      let allocation = try Allocation(byteCount: 100)
      let byteCount = allocation.byteCount
      let buffer = unsafe allocation.take()
      #expect(buffer.count == byteCount)
      #expect(zmalloc_used_memory() == before + byteCount)
      #expect(unsafe zmalloc_usable_size(buffer.baseAddress) == byteCount)
      do {
        let back = unsafe Allocation(adopting: buffer)
        #expect(back.byteCount == byteCount)
      }
      #expect(zmalloc_used_memory() == before)
      if let start = unsafe zcalloc(100) {
        let adopted = unsafe Allocation(adopting: start)
        #expect(adopted.byteCount == (ZMalloc.isWatching ? 100 : byteCount))
      }
      #expect(zmalloc_used_memory() == before)
      unsafe zfree(try Allocation(byteCount: 9).take())
      #expect(zmalloc_used_memory() == before)
    }
  }

  @Test func `no block can be adopted from nothing`() async {
    await #expect(processExitsWith: .failure) {
      _ = unsafe Allocation(adopting: UnsafeMutableRawBufferPointer(start: nil, count: 0))
    }
  }
}

/// A block on its way to a task, whose closure may be copied.
private struct Taken: Sendable {
  let address: UInt
  let byteCount: Int

  init(_ allocation: consuming Allocation) {
    byteCount = allocation.byteCount
    address = unsafe UInt(bitPattern: allocation.take().baseAddress)
  }

  func adopt() -> Allocation {
    let start = unsafe UnsafeMutableRawPointer(bitPattern: address)
    return unsafe Allocation(
      adopting: UnsafeMutableRawBufferPointer(start: start, count: byteCount))
  }
}
