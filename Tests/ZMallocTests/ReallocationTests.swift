// The realloc family from Swift: content stays, failure keeps the old block.

import Testing
import ZMalloc

extension AllocationTests {
  @Suite(.serialized) struct Reallocation {
    @Test(arguments: sizes, [1, 16, 4096, 1 << 20])
    func `the bytes that fit stay`(from: Int, to: Int) {
      guard let old = unsafe ztrymalloc_usable(from) else {
        Issue.record("no memory")
        return
      }
      for index in 0..<old.count { unsafe old[index] = UInt8(truncatingIfNeeded: index) }
      let kept = min(old.count, to)
      guard let new = unsafe ztryrealloc_usable(old.baseAddress, to) else {
        Issue.record("no memory")
        return
      }
      #expect(new.count >= to)
      let stayed = (0..<kept).allSatisfy { unsafe new[$0] == UInt8(truncatingIfNeeded: $0) }
      #expect(stayed)
      unsafe zfree(new)
    }

    @Test func `nil allocates, also zero bytes`() {
      let block = unsafe zrealloc(nil, 0)
      #expect(unsafe block != nil)
      unsafe zfree(block)
    }

    @Test func `zero bytes free the block and give nil`() async {
      await #expect(processExitsWith: .success) {
        let before = zmalloc_used_memory()
        let block = unsafe zmalloc(100)
        #expect(unsafe zrealloc(block, 0) == nil)
        #expect(zmalloc_used_memory() == before)
      }
    }

    @Test(arguments: hugeSizes)
    func `a failed resize keeps the old block, counted`(size: Int) async {
      await #expect(processExitsWith: .success) { [size] in
        guard let block = unsafe ztrymalloc_usable(100) else { fatalError("no memory") }
        unsafe block[0] = 42
        let used = zmalloc_used_memory()
        #expect(unsafe ztryrealloc(block.baseAddress, size) == nil)
        #expect(zmalloc_used_memory() == used)
        #expect(unsafe block[0] == 42)
        unsafe zfree(block)
      }
    }
  }

  @Suite(.serialized) struct Handler {
    @Test func `the handler gets the size, and nil follows when it returns`() async {
      await #expect(processExitsWith: .success) {
        zmalloc_set_oom_handler { size in HandlerLog.last = size }
        defer { zmalloc_set_oom_handler(nil) }
        #expect(unsafe zmalloc(Int.max) == nil)
        #expect(HandlerLog.last == Int.max)
        #expect(unsafe zcalloc_num(Int.max, 3) == nil)
        #expect(HandlerLog.last == -1)
        HandlerLog.last = 0
        #expect(unsafe ztrymalloc(Int.max) == nil)
        #expect(HandlerLog.last == 0)
        let block = unsafe zmalloc(8)
        #expect(unsafe zrealloc(block, Int.max) == nil)
        #expect(HandlerLog.last == Int.max)
        unsafe zfree(block)
      }
    }

    @Test func `without a handler a failure prints one line and aborts`() async {
      let result = await #expect(
        processExitsWith: .signal(6), observing: [\.standardErrorContent]
      ) {
        _ = unsafe zmalloc(Int.max)
      }
      let text = result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) }
      #expect(
        text?.contains("zmalloc: Out of memory trying to allocate 9223372036854775807 bytes\n")
          == true)
    }
  }
}

/// What the handler saw, in a process of its own.
enum HandlerLog {
  nonisolated(unsafe) private static var storage = 0
  static var last: Int {
    get { unsafe storage }
    set { unsafe storage = newValue }
  }
}
