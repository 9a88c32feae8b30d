// The bytes of an allocation as properties: spans of all of them, that live no longer than it.

import Testing
import ZMalloc

extension AllocationTests {
  @Suite struct Bytes {
    @Test(arguments: [0, 1, 7, 8, 24, 4096, 1 << 20])
    func `both spans are all of the usable bytes`(byteCount: Int) throws {
      var block = try Allocation(byteCount: byteCount)
      #expect(block.bytes.byteCount == block.byteCount)
      let writable = block.mutableBytes.byteCount
      #expect(writable == block.byteCount)
    }

    @Test func `what is written by one is read by the other`() throws {
      var block = try Allocation(byteCount: 4096)
      var writing = block.mutableBytes
      for offset in 0..<4096 {
        let byte = UInt8(truncatingIfNeeded: offset)
        writing.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
      }
      let reading = block.bytes
      for offset in [0, 1, 255, 256, 4095] {
        let byte = unsafe reading.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
        #expect(byte == UInt8(truncatingIfNeeded: offset))
      }
    }

    @Test func `after growth they are the new block's`() throws {
      var block = try Allocation(byteCount: 8)
      var bytes = block.mutableBytes
      bytes.storeBytes(of: 0x5A, as: UInt8.self)
      try block.grow(toAtLeast: 100_000)
      let grown = block.bytes.byteCount
      #expect(grown >= 100_000)
      let first = unsafe block.bytes.unsafeLoad(as: UInt8.self)
      #expect(first == 0x5A)
    }

    @Test func `an access past the end stops the process`() async {
      await #expect(processExitsWith: .failure) {
        guard var block = try? Allocation(byteCount: 8) else { return }
        var bytes = block.mutableBytes
        bytes.storeBytes(of: 1, toByteOffset: bytes.byteCount, as: UInt8.self)
      }
    }
  }
}
