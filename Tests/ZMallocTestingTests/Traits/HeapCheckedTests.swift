// `.heapChecked` in this process: each mistake fails its test, with its first line, and the process
// goes on.
import Testing
import ZMalloc
import ZMallocTesting

@Suite(.heapChecked) struct `A heap-checked suite` {
  @Test func `passes a test without mistakes`() throws { try useOne(100) }
}

@Suite struct HeapCheckedTests {
  @Test(arguments: [1, 15, 16, 4096, 70_000])
  func `an overflow is told with its first line`(byteCount: Int) async {
    let seen = await failures(of: .heapChecked) { overflowOne(byteCount) }
    let line =
      "1 heap violation: heap overflow: 1 byte written past the end of \(byteCount)-byte block"
    #expect(seen.count == 1)
    #expect(seen.first?.contains(line) == true, "\(seen)")
    #expect(seen.first?.contains("allocated at overflowOne(_:)") == true, "\(seen)")
    #expect(seen.first?.contains(Place.overflow) == true, "\(seen)")
  }

  @Test(arguments: [8, 100, 4096])
  func `a write after free is found when the test ends`(byteCount: Int) async {
    let seen = await failures(of: .heapChecked) { writeAfterFree(byteCount) }
    let line = "write after free: 1 byte written at the start of freed \(byteCount)-byte block"
    #expect(seen.first?.contains(line) == true, "\(seen)")
  }

  @Test func `a double free goes on`() async {
    let seen = await failures(of: .heapChecked) {
      freeTwice(64)
      try useOne(64)
    }
    #expect(seen.count == 1, "\(seen)")
    #expect(seen.first?.contains("1 heap violation: double free of 64-byte block") == true)
  }

  @Test func `a wrong size and a free of what is none are told`() async {
    let seen = await failures(of: .heapChecked) {
      unsafe zfree_with_size(ztrymalloc(64), 32)
      unsafe zfree(UnsafeMutableRawPointer(bitPattern: 0x10))
    }
    #expect(seen.first?.contains("2 heap violations: free of 64-byte block") == true, "\(seen)")
    #expect(seen.first?.contains("with wrong size 32") == true)
    #expect(seen.first?.contains("free of pointer 0x10 that the allocator never") == true)
  }

  @Test func `damage to a block that stays in use is found when the test ends`() async {
    let kept = Seen()
    let seen = await failures(of: .heapChecked) {
      guard let block = unsafe ztrymalloc(10) else { return }
      // Even bytes: those of a canary are odd.
      unsafe block.storeBytes(of: 8, toByteOffset: 10, as: UInt16.self)
      kept.add("\(UInt(bitPattern: block))")
    }
    #expect(seen.first?.contains("heap overflow: 2 bytes written past the end of 10-byte") == true)
    // Its guard bytes are whole again: the process that goes on frees it without a word.
    unsafe zfree(kept.texts.first.flatMap { UInt($0) }.flatMap { unsafe .init(bitPattern: $0) })
  }

  @Test func `many mistakes are counted, the first ones told`() async {
    let seen = await failures(of: .heapChecked) { for size in 1...30 { overflowOne(size) } }
    #expect(seen.first?.contains("30 heap violations: heap overflow: 1 byte") == true)
  }

  @Test func `a mistake in a task on another thread belongs to its test`() async {
    let seen = await failures(of: .heapChecked) {
      await withTaskGroup { group in
        for _ in 0..<3 {
          group.addTask {
            await hop()
            overflowOne(24)
          }
        }
      }
    }
    #expect(seen.first?.contains("3 heap violations") == true, "\(seen)")
  }

  @Test func `a mistake belongs to the test of the block, whoever makes it`() async {
    let inner = Seen()
    let outer = await failures(of: .heapChecked) {
      let block = Handle(20)
      block.free()
      for text in await failures(of: .heapChecked, { block.free() }) { inner.add(text) }
    }
    #expect(inner.texts == [])
    #expect(outer.first?.contains("1 heap violation: double free of 20-byte block") == true)
  }
}
