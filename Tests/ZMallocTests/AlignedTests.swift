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
      for buffer in unsafe [
        zaligned_alloc_usable(alignment, size), ztryaligned_alloc_usable(alignment, size),
      ] {
        guard let buffer = unsafe buffer, let start = unsafe buffer.baseAddress else {
          Issue.record("no memory for \(size) bytes at \(alignment)")
          continue
        }
        #expect(unsafe UInt(bitPattern: start) % UInt(max(alignment, 16)) == 0)
        #expect(buffer.count >= size)
        #expect(unsafe zmalloc_usable_size(start) == buffer.count)
        unsafe buffer.initializeMemory(as: UInt8.self, repeating: 0xA5)
        unsafe zfree(buffer)
      }
      for start in unsafe [zaligned_alloc(alignment, size), ztryaligned_alloc(alignment, size)] {
        #expect(unsafe UInt(bitPattern: start) % UInt(max(alignment, 16)) == 0)
        unsafe zfree(start)
      }
    }

    @Test func `a cache line is 64 bytes`() {
      let start = unsafe zmalloc_cache_aligned(1)
      #expect(unsafe UInt(bitPattern: start) % 64 == 0)
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
      #expect(unsafe (0..<100).allSatisfy { unsafe new[$0] == UInt8($0) })
      unsafe zfree(new)
    }

    @Test func `used memory counts them, and comes back to its start`() async {
      await #expect(processExitsWith: .success) {
        let before = zmalloc_used_memory()
        let blocks = unsafe Aligned.alignments.map { unsafe zaligned_alloc($0, 100) }
        let counted = unsafe blocks.reduce(0) { unsafe $0 + zmalloc_size($1) }
        #expect(zmalloc_used_memory() == before + counted)
        unsafe blocks.forEach { unsafe zfree($0) }
        #expect(zmalloc_used_memory() == before)
      }
    }
  }

  @Suite(.serialized) struct Figures {
    @Test func `the allocator below says what it holds`() async {
      await #expect(processExitsWith: .success) {
        let before = zmalloc_get_allocator_info()
        let blocks = unsafe (0..<10_000).map { _ in unsafe zmalloc(1000) }
        let full = zmalloc_get_allocator_info()
        #expect(full.allocated >= before.allocated + 10_000_000)
        #expect(full.active >= full.allocated)
        #expect(full.resident > before.resident)
        unsafe blocks.forEach { unsafe zfree($0) }
        #expect(jemalloc_purge())
        set_jemalloc_bg_thread(false)
      }
    }
  }
}
