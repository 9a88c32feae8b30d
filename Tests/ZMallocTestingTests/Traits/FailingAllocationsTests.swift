// `.failingAllocations(plan)` in this process.
import Testing
import ZMalloc
import ZMallocTesting

@Suite struct FailingAllocationsTests {
  @Test(.failingAllocations(.nth(2)))
  func `the second allocation of the test fails, and no other`() async {
    let first = Handle(1)
    await hop()
    let second = Handle(1)
    await hop()
    let third = Handle(1)
    #expect(first.address != 0)
    #expect(second.address == 0)
    #expect(third.address != 0)
    first.free()
    third.free()
  }

  @Test(.failingAllocations(.all), arguments: 1...8)
  func `all fail in each case, in child tasks too`(byteCount: Int) async {
    let gotNone = await withTaskGroup { group in
      for _ in 0..<4 {
        group.addTask {
          await hop()
          return unsafe ztrymalloc(byteCount) == nil
        }
      }
      return await group.allSatisfy { $0 }
    }
    #expect(gotNone)
  }

  @Test(.leakChecked, .failingAllocations(.from(2)), .heapChecked)
  func `traits go together`() throws {
    try useOne(8)
    #expect(throws: NoMemory.self) { try useOne(8) }
  }

  @Test func `a plan that fails nothing fails the test`() async {
    let seen = await failures(of: .failingAllocations(.nth(3))) {
      try useOne(8)
      try useOne(8)
    }
    #expect(seen.count == 1)
    #expect(seen.first?.contains("nth:3 failed nothing: 2 allocations passed through it") == true)
  }

  @Test func `an error of the body comes through`() async {
    let seen = await failures(of: .failingAllocations(.nth(1))) { try useOne(8) }
    #expect(seen.count == 1)
    #expect(seen.first?.contains("NoMemory") == true)
  }
}
