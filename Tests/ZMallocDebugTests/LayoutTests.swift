// The layout of a block, the canaries' bytes, and the cells, as pure functions over memory of the
// test's own.

import RecordingFormat
import Testing

@testable import ZMallocDebug

@Suite struct LayoutTests {
  @Test(arguments: [0, 1, 7, 8, 15, 16, 17, 24, 4095, 4096, 4097, 1 << 20] as [UInt])
  func `prefix, bytes and canary fill a chunk of glibc`(byteCount: UInt) {
    let layout = BlockLayout(byteCount: byteCount, alignmentLog2: 4)
    #expect(layout.prefixDistance == 16)
    #expect((BlockLayout.leastCanary...BlockLayout.mostCanary).contains(layout.canaryByteCount))
    // glibc adds 8 and rounds up to 16: nothing is left over.
    #expect(layout.totalByteCount % 16 == 8)
    #expect(layout.totalByteCount >= byteCount + 24)
  }

  @Test(arguments: 4...21 as ClosedRange<UInt8>)
  func `an aligned block's prefix ends where its bytes begin`(log2: UInt8) {
    let layout = BlockLayout(byteCount: 100, alignmentLog2: log2)
    #expect(layout.prefixDistance == 1 << UInt(log2))
  }

  @Test func `a cell is 32 bytes and holds what it was given`() {
    withMemory(byteCount: 4096) { base in
      let block = NewBlock(
        address: 0x7FFF_1234_5670, byteCount: 0x1234_5678_9ABC, alignmentLog2: 21, family: 2,
        thread: 31_999, faultBefore: 37, operation: 0xFFFF_FFFF_FFFE, stack: 0xDEAD_BEEF)
      let cell = Cell(id: 7, at: base)
      cell.write(block)
      #expect(cell.address == 0x7FFF_1234_5670)
      #expect(cell.byteCount == 0x1234_5678_9ABC)
      #expect(cell.alignmentLog2 == 21)
      #expect(cell.family == 2)
      #expect(cell.thread == 31_999)
      #expect(cell.faultBefore == 37)
      #expect(cell.operation == 0xFFFF_FFFF_FFFE)
      #expect(cell.stack == 0xDEAD_BEEF)
      #expect(cell.state == CellState.live)
      #expect(Cell.byteCount == 32)
    }
  }

  @Test func `only one of two frees takes a live block`() {
    withMemory(byteCount: 4096) { base in
      let cell = Cell(id: 7, at: base)
      cell.setState(CellState.live, link: 0)
      #expect(cell.change(from: CellState.live, to: CellState.quarantined, link: 12_345))
      #expect(!cell.change(from: CellState.live, to: CellState.quarantined, link: 1))
      #expect(cell.link == 12_345)
    }
  }

  @Test func `a prefix that is none of ours is refused`() {
    #expect(Prefix(word: 0) == nil)
    #expect(Prefix(word: 0xDFDF_DFDF_DFDF_DFDF) == nil)
    withMemory(byteCount: 4096) { base in
      Prefix.write(before: base + 64, id: 99, alignmentLog2: 12, kind: Prefix.recorded)
      let prefix = Prefix(word: Memory.load64(base + 48))
      #expect(prefix?.id == 99)
      #expect(prefix?.alignmentLog2 == 12)
      #expect(prefix?.kind == Prefix.recorded)
    }
  }
}

/// Runs with zeroed memory of the test's own.
func withMemory(byteCount: Int, _ body: (UInt) -> Void) {
  let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 4096)
  unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
  body(UInt(bitPattern: memory))
  unsafe memory.deallocate()
}
