// The look at all blocks on request, in a process whose blocks are whole.
import Testing
import ZMalloc

@Suite("Checks on request")
struct CheckTests {
  @Test("find nothing where nothing is damaged")
  func whole() {
    guard let block = unsafe zmalloc(24) else {
      Issue.record("no memory")
      return
    }
    #expect(ZMalloc.check() == 0)
    unsafe zfree(block)
    #expect(ZMalloc.check() == 0)
  }
}
