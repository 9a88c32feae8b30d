// Every single damaged byte of a canary is found, with its place; a whole one is silent.

import Testing

@testable import ZMallocDebug

@Suite struct CanaryTests {
  static let sizes: [UInt] = [0, 1, 7, 8, 9, 15, 16, 17, 23, 24, 25, 31, 32, 100]

  @Test(arguments: sizes)
  func `each damaged byte behind the block is found at its place`(byteCount: UInt) {
    withBlock(byteCount) { address, canary, layout in
      let end = address + byteCount
      let count = layout.canaryByteCount
      #expect(canary.rearIsWhole(end, count))
      #expect(canary.rearDamage(end, count) == nil)
      for offset in 0..<count {
        let kept = Memory.load8(end + offset)
        Memory.store8(end + offset, kept ^ 0x40)
        #expect(!canary.rearIsWhole(end, count))
        let damage = canary.rearDamage(end, count)
        #expect(damage?.first == end + offset)
        #expect(damage?.end == end + offset + 1)
        Memory.store8(end + offset, kept)
      }
      #expect(canary.rearIsWhole(end, count))
    }
  }

  @Test(arguments: sizes)
  func `each damaged byte before the block is found at its place`(byteCount: UInt) {
    withBlock(byteCount) { address, canary, _ in
      #expect(canary.frontIsWhole(address))
      for distance in 1...UInt(8) {
        let kept = Memory.load8(address - distance)
        Memory.store8(address - distance, ~kept)
        #expect(!canary.frontIsWhole(address))
        #expect(canary.frontDamage(address)?.first == address - distance)
        Memory.store8(address - distance, kept)
      }
    }
  }

  @Test func `a run of damage is named from its first byte to its last`() {
    withBlock(24) { address, canary, layout in
      for offset in 2...UInt(5) { Memory.store8(address + 24 + offset, 0) }
      let damage = canary.rearDamage(address + 24, layout.canaryByteCount)
      #expect(damage?.first == address + 26)
      #expect(damage?.end == address + 30)
    }
  }

  @Test func `canaries differ by address and by size, and hold no zero byte`() {
    let one = Canary(address: 0x1000, byteCount: 24).value
    #expect(one != Canary(address: 0x1010, byteCount: 24).value)
    #expect(one != Canary(address: 0x1000, byteCount: 25).value)
    for size in 0..<UInt(1000) {
      let value = Canary(address: 0x1000 + size * 16, byteCount: size).value
      let holdsZero = (0..<8).contains { value >> UInt64($0 * 8) & 0xFF == 0 }
      #expect(!holdsZero)
    }
  }

  @Test(arguments: [0, 1, 7, 8, 9, 255, 4096] as [UInt])
  func `the first and the last changed byte of a filled block are found`(byteCount: UInt) {
    withMemory(byteCount: 8192) { base in
      Memory.fill(base, 0xDF, byteCount)
      #expect(Memory.firstOther(than: 0xDF, base, byteCount) == nil)
      for place in [0, byteCount / 2, byteCount &- 1] where place < byteCount {
        Memory.store8(base + place, 1)
        #expect(Memory.firstOther(than: 0xDF, base, byteCount) == base + place)
        #expect(Memory.afterLastOther(than: 0xDF, base, byteCount) == base + place + 1)
        Memory.store8(base + place, 0xDF)
      }
    }
  }

  private func withBlock(_ byteCount: UInt, _ body: (UInt, Canary, BlockLayout) -> Void) {
    withMemory(byteCount: 4096) { base in
      let layout = BlockLayout(byteCount: byteCount, alignmentLog2: 4)
      let address = base + 64
      let canary = Canary(address: address, byteCount: byteCount)
      canary.write(address: address, layout: layout)
      body(address, canary, layout)
    }
  }
}
