// The look at all blocks on request, in processes of their own: it sees the blocks of other tests,
// and some damage theirs on purpose.
import Testing
import ZMalloc

@Suite struct CheckTests {
  @Test func `a look at whole blocks, in use and freed, finds nothing`() async {
    await #expect(processExitsWith: .success) {
      let block = unsafe zmalloc(24)
      #expect(unsafe block != nil)
      #expect(ZMalloc.check() == 0)
      unsafe zfree(block)
      #expect(ZMalloc.check() == 0)
    }
  }

  @Test(.enabled(if: ZMalloc.isWatching)) func `damage ends the program at the look`() async {
    let result = await #expect(
      processExitsWith: .signal(6), observing: [\.standardErrorContent]
    ) {
      let block = unsafe zmalloc(24)
      unsafe block?.storeBytes(of: 0, toByteOffset: 24, as: UInt8.self)
      ZMalloc.check()
    }
    let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(said.contains("heap overflow: 1 byte written past the end of 24-byte block"), "\(said)")
  }
}
