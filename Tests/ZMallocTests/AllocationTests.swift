// The malloc and calloc families from Swift, over glibc: the contract's corner cases, whether the
// layer is there or not. In this package's tests it is, because `ZMallocTesting` is; under
// `ZMALLOC_DEBUG=off` it is not. What counts the memory of the process runs in one of its own.

import Testing
import ZMalloc

/// The sizes at which allocators go wrong.
let sizes = [0, 1, 7, 8, 15, 16, 17, 4095, 4096, 4097, 1 << 20]

/// Sizes that fail without asking the backend; as `size_t` from `SIZE_MAX / 2` up.
let hugeSizes = [Int.max, Int.max - 1, -1, -2, Int.min, Int.min + 1]

/// Under the layer, and with a header before each block, the usable size is the request.
var usableIsRequest: Bool { ZMalloc.isWatching || ZMalloc.allocatorName == "prefix" }

/// The usable size of a request of 9 bytes.
var usableOfNine: Int {
  if usableIsRequest { return 9 }
  return ZMalloc.allocatorName == "libc" ? 24 : 16
}

@Suite(.serialized) struct AllocationTests {
  @Test(arguments: sizes)
  func `a usable allocation gives a buffer of at least the size, all of it writable`(size: Int) {
    guard let buffer = unsafe ztrymalloc_usable(size) else {
      Issue.record("no memory for \(size) bytes")
      return
    }
    #expect(usableIsRequest ? buffer.count == size : buffer.count >= max(size, 8))
    unsafe buffer.initializeMemory(as: UInt8.self, repeating: 0xA5)
    let last = unsafe buffer.last
    let isEmpty = buffer.count == 0
    #expect(last == (isEmpty ? nil : 0xA5))
    #expect(unsafe zmalloc_usable_size(buffer.baseAddress) == buffer.count)
    unsafe zfree(buffer)
  }

  @Test func `nine bytes give what the backend's classes say, and nine under the layer`() {
    guard let buffer = unsafe ztrymalloc_usable(9) else {
      Issue.record("no memory")
      return
    }
    #expect(buffer.count == usableOfNine)
    unsafe zfree(buffer.baseAddress)
  }

  @Test func `zero bytes and failure are different answers`() {
    let zero = unsafe ztrymalloc_usable(0)
    #expect(unsafe zero != nil)
    #expect(unsafe ztrymalloc_usable(-1) == nil)
    if let zero = unsafe zero { unsafe zfree(zero) }
  }

  @Test(arguments: sizes)
  func `zeroed allocations are zero up to the usable size`(size: Int) {
    guard let buffer = unsafe ztrycalloc_usable(size) else {
      Issue.record("no memory for \(size) bytes")
      return
    }
    #expect(unsafe buffer.allSatisfy { $0 == 0 })
    unsafe zfree(buffer)
  }

  @Test(arguments: hugeSizes)
  func `half of the address space and more fails`(size: Int) {
    #expect(unsafe ztrymalloc(size) == nil)
    #expect(unsafe ztrycalloc(size) == nil)
    #expect(unsafe ztrymalloc_usable(size) == nil)
    #expect(unsafe ztryrealloc(nil, size) == nil)
  }

  @Test func `a count of elements fails where the product overflows, and for size zero`() {
    #expect(unsafe ztrycalloc_num(Int.max, 3) == nil)
    #expect(unsafe ztrycalloc_num(1 << 32, 1 << 32) == nil)
    #expect(unsafe ztrycalloc_num(10, 0) == nil)
    let none = unsafe ztrycalloc_num(0, 8)
    #expect(unsafe none != nil)
    unsafe zfree(none)
    let some = unsafe ztrycalloc_num(10, 8)
    #expect(unsafe zmalloc_usable_size(some) >= 80)
    unsafe zfree(some)
  }

  @Test func `used memory counts usable sizes and comes back to its start`() async {
    await #expect(processExitsWith: .success) {
      // A header before the block counts as well.
      let nine = usableOfNine + (ZMalloc.isWatching || !usableIsRequest ? 0 : 16)
      let before = zmalloc_used_memory()
      let block = unsafe zmalloc(9)
      #expect(zmalloc_used_memory() == before + nine)
      let other = unsafe zcalloc(100)
      let both = unsafe nine + zmalloc_size(other)
      #expect(zmalloc_used_memory() == before + both)
      unsafe zfree(block)
      let usable = unsafe zmalloc_usable_size(other)
      #expect(unsafe zfree_usable(other) == usable)
      #expect(usable <= both - nine)
      #expect(zmalloc_used_memory() == before)
      #expect(zmalloc_peak_memory() >= before)
    }
  }

  @Test func `the peak keeps the most that was in use`() async {
    await #expect(processExitsWith: .success) {
      let before = zmalloc_used_memory()
      unsafe zfree(zmalloc(1 << 20))
      #expect(zmalloc_peak_memory() >= before + 1 << 20)
    }
  }

  @Test func `freeing nil does nothing`() async {
    await #expect(processExitsWith: .success) {
      let before = zmalloc_used_memory()
      zfree(nil)
      zfree_with_size(nil, 8)
      #expect(zfree_usable(nil) == 0)
      #expect(zmalloc_usable_size(nil) == 0)
      #expect(zmalloc_used_memory() == before)
    }
  }

  @Test func `a copy of a C string is equal and its own`() {
    let copy = unsafe zstrdup("zmalloc")
    #expect(unsafe copy.map { unsafe String(cString: $0) } == "zmalloc")
    unsafe zfree(copy)
    let empty = unsafe ztrystrdup("")
    #expect(unsafe empty.map { unsafe String(cString: $0) } == "")
    unsafe zfree(empty)
  }
}
