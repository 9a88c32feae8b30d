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

  @Test func `a prefix reads as it was written`() throws {
    let word = Prefix.word(id: 0xDEAD_BEEF, alignmentLog2: 21, kind: Prefix.recorded)
    let prefix = try #require(Prefix(word: word))
    #expect(prefix.id == 0xDEAD_BEEF)
    #expect(prefix.alignmentLog2 == 21)
    #expect(prefix.kind == Prefix.recorded)
  }
}
