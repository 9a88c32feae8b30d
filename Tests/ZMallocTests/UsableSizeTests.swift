// Every function that gives a whole buffer: its count is the usable size, and zero bytes and
// failure are different answers.

import Testing
import ZMalloc

/// The functions that allocate a whole buffer.
enum UsableFamily: CaseIterable {
  case zmalloc, zcalloc, ztrymalloc, ztrycalloc, zrealloc, ztryrealloc

  var isZeroed: Bool { self == .zcalloc || self == .ztrycalloc }

  func allocate(_ size: Int) -> UnsafeMutableRawBufferPointer? {
    switch self {
    case .zmalloc: unsafe zmalloc_usable(size)
    case .zcalloc: unsafe zcalloc_usable(size)
    case .ztrymalloc: unsafe ztrymalloc_usable(size)
    case .ztrycalloc: unsafe ztrycalloc_usable(size)
    case .zrealloc: unsafe zrealloc_usable(nil, size)
    case .ztryrealloc: unsafe ztryrealloc_usable(nil, size)
    }
  }
}

extension AllocationTests {
  @Suite(.serialized) struct UsableSizes {
    @Test(arguments: UsableFamily.allCases, sizes)
    func `the count is the usable size, and all of it is the caller's`(
      family: UsableFamily, size: Int
    ) {
      guard let buffer = unsafe family.allocate(size) else {
        Issue.record("no memory for \(size) bytes")
        return
      }
      #expect(usableIsRequest ? buffer.count == size : buffer.count >= max(size, 8))
      #expect(unsafe zmalloc_usable_size(buffer.baseAddress) == buffer.count)
      if family.isZeroed { #expect(unsafe buffer.allSatisfy { $0 == 0 }) }
      unsafe buffer.initializeMemory(as: UInt8.self, repeating: 0xA5)
      let count = buffer.count
      #expect(unsafe zfree_usable(buffer.baseAddress) == count)
    }

    @Test(arguments: sizes)
    func `zrealloc_usable keeps what fits and counts what there is`(size: Int) {
      guard let old = unsafe zmalloc_usable(size) else { return }
      unsafe old.initializeMemory(as: UInt8.self, repeating: 0x5A)
      let kept = old.count
      guard let new = unsafe zrealloc_usable(old.baseAddress, size + 100) else {
        Issue.record("no memory for \(size + 100) bytes")
        return
      }
      #expect(new.count >= size + 100)
      #expect(unsafe zmalloc_usable_size(new.baseAddress) == new.count)
      #expect(unsafe new.prefix(kept).allSatisfy { $0 == 0x5A })
      #expect(unsafe zrealloc_usable(new.baseAddress, 0) == nil)
    }

    @Test(arguments: hugeSizes)
    func `half of the address space and more gives nil, after the handler was told`(
      size: Int
    ) async {
      await #expect(processExitsWith: .success) { [size] in
        zmalloc_set_oom_handler { size in HandlerLog.last = size }
        for family in UsableFamily.allCases {
          HandlerLog.last = 0
          #expect(unsafe family.allocate(size) == nil)
          let isTold = [.zmalloc, .zcalloc, .zrealloc].contains(family)
          #expect(HandlerLog.last == (isTold ? size : 0))
        }
      }
    }

    @Test func `zcalloc_num gives zeroed bytes for all elements`() {
      let some = unsafe zcalloc_num(10, 8)
      let count = unsafe zmalloc_usable_size(some)
      #expect(count >= 80)
      let bytes = unsafe UnsafeRawBufferPointer(start: some, count: count)
      #expect(unsafe bytes.allSatisfy { $0 == 0 })
      unsafe zfree(some)
      let none = unsafe zcalloc_num(0, 8)
      #expect(unsafe none != nil)
      unsafe zfree(none)
    }
  }
}
