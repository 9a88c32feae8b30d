// `.leakChecked` in this process: bodies that free all, and bodies that do not.
import Testing
import ZMalloc
import ZMallocTesting

@Suite(.leakChecked) struct `A leak-checked suite` {
  @Test func `passes a test that frees all`() throws { try useOne(100) }

  @Test(arguments: [0, 1, 16, 70_000])
  func `passes each case that frees all`(byteCount: Int) async throws {
    let block = Handle(byteCount)
    await hop()
    block.free()
  }
}

@Suite struct LeakCheckedTests {
  @Test func `blocks that are not freed fail the test, with function, file and line`() async {
    let seen = await failures(of: .leakChecked) {
      leakOne(40)
      leakOne(40)
      try useOne(8)
    }
    #expect(seen.count == 1)
    #expect(seen.first?.contains("2 blocks (80 bytes) not freed at the end of the test") == true)
    #expect(seen.first?.contains("leakOne(_:)") == true, "\(seen)")
    #expect(seen.first?.contains(Place.leak) == true, "\(seen)")
  }

  @Test func `what a test leaves in child tasks and in its own tasks is its leak`() async {
    let seen = await failures(of: .leakChecked) {
      await withTaskGroup { group in
        for byteCount in 1...4 {
          group.addTask {
            await hop()
            leakOne(byteCount)
          }
        }
      }
      await Task {
        await hop()
        leakOne(100)
      }.value
    }
    #expect(seen.count == 1)
    #expect(seen.first?.contains("5 blocks (110 bytes) not freed") == true, "\(seen)")
  }

  @Test func `a detached task is not covered`() async {
    let seen = await failures(of: .leakChecked) {
      let block = await Task.detached { Handle(8) }.value
      _ = block
    }
    #expect(seen == [])
  }

  @Test func `a block is its test's leak wherever it was allocated in it`() async {
    let seen = await failures(of: .leakChecked) {
      withFaults(.nth(2)) { for _ in 0..<3 { leakOne(16) } }
      withoutFaults { leakOne(1) }
      await withFaults(.every(2)) {
        await hop()
        leakOne(4)
      }
    }
    #expect(seen.first?.contains("4 blocks (37 bytes) not freed") == true, "\(seen)")
  }

  @Test func `a block that another test frees is none`() async {
    let seen = await failures(of: .leakChecked) {
      let block = Handle(64)
      await Task.detached { block.free() }.value
    }
    #expect(seen == [])
  }

  @Test func `a resized block counts once`() async {
    let seen = await failures(of: .leakChecked) {
      var block = unsafe ztrymalloc(16)
      for byteCount in [32, 100_000, 200_000, 64] {
        unsafe block = ztryrealloc(block, byteCount) ?? block
      }
    }
    #expect(seen.first?.contains("1 block (64 bytes) not freed") == true, "\(seen)")
  }

  @Test func `an error of the body comes through, beside its leak`() async {
    let seen = await failures(of: .leakChecked) {
      leakOne(3)
      throw NoMemory()
    }
    #expect(seen.contains { $0.contains("1 block (3 bytes) not freed") })
    #expect(seen.contains { $0.contains("NoMemory") })
  }

  @Test func `many blocks at once are all known`() async {
    let seen = await failures(of: .leakChecked) {
      let blocks = (0..<20_000).map { _ in Handle(8) }
      for block in blocks.dropFirst(7) { block.free() }
    }
    #expect(seen.first?.contains("7 blocks (56 bytes) not freed") == true, "\(seen)")
  }
}
