// The aligned functions from Swift, whether the layer is there or not.

import Foundation
import Testing
import ZMalloc

extension AllocationTests {
  @Suite(.serialized) struct Aligned {
    static let alignments = [1, 2, 8, 16, 32, 64, 4096, 1 << 20]

    @Test(arguments: alignments, sizes)
    func `a block is at a multiple of the alignment, and all of it is the caller's`(
      alignment: Int, size: Int
    ) {
      unsafe expect(zaligned_alloc_usable(alignment, size), at: alignment, size)
      unsafe expect(ztryaligned_alloc_usable(alignment, size), at: alignment, size)
      let block = unsafe zaligned_alloc(alignment, size)
      #expect(UInt(bitPattern: block) % UInt(max(alignment, 16)) == 0)
      unsafe zfree(block)
      let tried = unsafe ztryaligned_alloc(alignment, size)
      #expect(UInt(bitPattern: tried) % UInt(max(alignment, 16)) == 0)
      unsafe zfree(tried)
    }

    private func expect(
      _ buffer: UnsafeMutableRawBufferPointer?, at alignment: Int, _ size: Int
    ) {
      guard let buffer = unsafe buffer else {
        Issue.record("no memory for \(size) bytes at \(alignment)")
        return
      }
      #expect(UInt(bitPattern: buffer.baseAddress) % UInt(max(alignment, 16)) == 0)
      #expect(buffer.count >= size)
      #expect(unsafe zmalloc_usable_size(buffer.baseAddress) == buffer.count)
      unsafe buffer.initializeMemory(as: UInt8.self, repeating: 0xA5)
      unsafe zfree(buffer)
    }

    @Test func `a cache line is 64 bytes`() {
      let start = unsafe zmalloc_cache_aligned(1)
      #expect(UInt(bitPattern: start) % 64 == 0)
      #expect(unsafe zmalloc_usable_size(start) >= 1)
      unsafe zfree(start)
    }

    @Test(arguments: [0, 3, 24, 48, -1, -64, Int.max])
    func `an alignment that is none gives nil and EINVAL, and the handler is not told`(
      alignment: Int
    ) async {
      await #expect(processExitsWith: .success) { [alignment] in
        zmalloc_set_oom_handler { HandlerLog.last = $0 }
        HandlerLog.last = 0
        errno = 0
        #expect(unsafe zaligned_alloc(alignment, 8) == nil)
        #expect(errno == EINVAL)
        errno = 0
        #expect(unsafe ztryaligned_alloc_usable(alignment, 8) == nil)
        #expect(errno == EINVAL)
        #expect(HandlerLog.last == 0)
      }
    }

    @Test(arguments: [1 << 48, 1 << 62, Int.min])
    func `an alignment beyond all memory is memory that ran out`(alignment: Int) async {
      await #expect(processExitsWith: .success) { [alignment] in
        zmalloc_set_oom_handler { HandlerLog.last = $0 }
        HandlerLog.last = 0
        #expect(unsafe zaligned_alloc(alignment, 8) == nil)
        #expect(HandlerLog.last == 8)
        #expect(unsafe ztryaligned_alloc(alignment, 9) == nil)
        #expect(HandlerLog.last == 8)
      }
    }

    @Test(arguments: hugeSizes)
    func `half of the address space and more fails`(size: Int) {
      #expect(unsafe ztryaligned_alloc(64, size) == nil)
      #expect(unsafe ztryaligned_alloc(16, size) == nil)
    }

    @Test(arguments: [16, 64, 4096])
    func `realloc keeps the bytes`(alignment: Int) {
      guard let old = unsafe ztryaligned_alloc_usable(alignment, 100) else { return }
      for index in 0..<100 { unsafe old[index] = UInt8(index) }
      guard let new = unsafe ztryrealloc_usable(old.baseAddress, 5000) else {
        Issue.record("no memory")
        return
      }
      let stayed = (0..<100).allSatisfy { unsafe new[$0] == UInt8($0) }
      #expect(stayed)
      unsafe zfree(new)
    }

    @Test func `used memory counts them, and comes back to its start`() async {
      await #expect(processExitsWith: .success) {
        let before = zmalloc_used_memory()
        let first = unsafe zaligned_alloc(8, 100)
        let second = unsafe zaligned_alloc(4096, 100)
        let counted = unsafe zmalloc_size(first) + zmalloc_size(second)
        #expect(zmalloc_used_memory() == before + counted)
        unsafe zfree(first)
        unsafe zfree(second)
        #expect(zmalloc_used_memory() == before)
      }
    }
  }

  @Suite(.serialized) struct Figures {
    @Test func `the allocator below says what it holds`() async {
      await #expect(processExitsWith: .success) {
        let before = zmalloc_get_allocator_info()
        // As addresses: what an array of pointers wants to be told of each is no matter here.
        let blocks = (0..<10_000).map { _ in unsafe UInt(bitPattern: zmalloc(1000)) }
        let full = zmalloc_get_allocator_info()
        #expect(full.allocated >= before.allocated + 10_000_000)
        #expect(full.active >= full.allocated)
        #expect(full.resident > before.resident)
        for block in blocks { unsafe zfree(UnsafeMutableRawPointer(bitPattern: block)) }
        #expect(jemalloc_purge())
        set_jemalloc_bg_thread(false)
      }
    }
  }
}
