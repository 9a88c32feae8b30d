// Blocks without a record, as the layer gives them while it is busy.

import CZMalloc
import Testing

@testable import ZMallocDebug

@Suite struct UnrecordedTests {
  private let call = UInt32(ZMALLOC_FAMILY_MALLOC)

  @Test func `realloc of nothing allocates, and of a block to nothing frees`() throws {
    let block = unsafe zmalloc_layer_reallocate_unrecorded(nil, 24, call)
    #expect(unsafe zmalloc_layer_usable_size(block) == 24)
    let moved = unsafe zmalloc_layer_reallocate_unrecorded(block, 40, call)
    #expect(unsafe zmalloc_layer_usable_size(moved) == 40)
    #expect(unsafe zmalloc_layer_reallocate_unrecorded(moved, 0, call) == nil)
  }

  @Test func `a block of no bytes, a large one and an aligned one have their bytes`() throws {
    for (size, alignment) in [
      (0, 16), (1, 16), (70_000, 16), (100, 64), (10, 8192), (300, 1 << 20),
    ] {
      let zeroed = call | UInt32(ZMALLOC_CALL_ZEROED)
      for _ in 0..<3 {
        let block = unsafe try #require(
          zmalloc_layer_allocate_unrecorded(size, alignment, zeroed))
        #expect(UInt(bitPattern: block) % UInt(alignment) == 0)
        #expect(unsafe zmalloc_layer_usable_size(block) == size)
        let bytes = unsafe UnsafeMutableRawBufferPointer(start: block, count: size)
        #expect(unsafe bytes.allSatisfy { $0 == 0 })
        unsafe bytes.initializeMemory(as: UInt8.self, repeating: 0xA5)
        #expect(unsafe zmalloc_layer_free_unrecorded(block, call) == size)
      }
    }
  }

  // Past the limit of records a block stands in the allocator below, which no handler may touch. In
  // a process of its own: any thread whose blocks leave the quarantine takes what waits.
  @Test
  func `a block of the allocator below that is freed while the layer is busy goes back later`()
    async
  {
    await #expect(processExitsWith: .success) {
      let call = UInt32(ZMALLOC_FAMILY_MALLOC)
      let address = try #require(unsafe Unrecorded.allocate(100, 64, call, nil))
      let block = unsafe Memory.pointer(address)
      #expect(unsafe zmalloc_layer_free_unrecorded(block, call) == 100)
      #expect(Unrecorded.byteCount(address) == nil)
      // It waits, the allocator below still has it in use.
      #expect(unsafe state.pointee.lateBlocks == UInt64(address))
      var thread = unsafe zmalloc_thread()
      unsafe LateFrees.finish(&thread)
      #expect(unsafe state.pointee.lateBlocks == 0)
    }
  }

  @Test func `what half of the address space cannot hold is refused`() {
    #expect(unsafe zmalloc_layer_allocate_unrecorded(Int.max - 1 << 41, 16, call) == nil)
    #expect(unsafe zmalloc_layer_allocate_unrecorded(Int.max, 16, call) == nil)
  }

  @Test func `a prefix reads as it was written`() throws {
    let word = Prefix.word(id: 0xDEAD_BEEF, alignmentLog2: 21, kind: Prefix.recorded)
    let prefix = try #require(Prefix(word: word))
    #expect(prefix.id == 0xDEAD_BEEF)
    #expect(prefix.alignmentLog2 == 21)
    #expect(prefix.kind == Prefix.recorded)
  }
}
