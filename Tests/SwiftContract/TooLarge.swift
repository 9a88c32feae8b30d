// Sizes that cannot be had. `size_t` is `Int` in Swift: SIZE_MAX is -1.

import ZMalloc

/// The sizes by the names of their cases.
private let hugeSizes = [
  ("refused", 1 << 47), ("below_half", Int.max - 1), ("half", Int.max), ("above_half", Int.min),
  ("all", -1),
]

/// The cases by name.
@MainActor let tooLargeCases: [String: @MainActor () -> Void] = {
  var cases: [String: @MainActor () -> Void] = [:]
  for (name, size) in hugeSizes {
    cases["too_large_\(name)"] = { refuse(size) }
    cases["too_large_resize_\(name)"] = { refuseResize(size) }
  }
  cases["too_large_products"] = {
    noteFailures()
    // Wraps to 0, to 2, to 1; then one that fits in size_t and is half of the address space.
    multiply(1 << 32, 1 << 32)
    multiply(Int.min + 1, 2)
    multiply(-1, -1)
    multiply(1 << 62, 2)
    multiply(10, 8)
    say("left \(counted)")
  }
  return cases
}()

private func refuse(_ byteCount: Int) {
  noteFailures()
  for family in Family.all {
    let block = unsafe family.allocate(hidden(byteCount))
    unsafe say(
      "\(family.name) \(word(block?.baseAddress)) usable \(block?.count ?? 0) "
        + "counted \(counted) \(failuresSince())")
  }
}

private func refuseResize(_ byteCount: Int) {
  noteFailures()
  for one in Resizing.all {
    guard let block = unsafe zmalloc(100) else { return say("no memory") }
    unsafe block.initializeMemory(as: UInt8.self, repeating: 0x6B, count: 100)
    let resized = unsafe one.resize(block, hidden(byteCount))
    let kept = unsafe UnsafeRawBufferPointer(start: block, count: 100).prefix { $0 == 0x6B }.count
    unsafe say(
      "\(one.name) \(word(resized?.baseAddress)) usable \(resized?.count ?? 0) kept \(kept) "
        + "counted_for \(counted == zmalloc_size(block) ? 1 : 0) \(failuresSince())")
    unsafe zfree(block)
  }
  say("left \(counted)")
}

private func multiply(_ number: Int, _ byteCount: Int) {
  let block = unsafe zcalloc_num(hidden(number), hidden(byteCount))
  unsafe say("zcalloc_num \(word(block)) \(failuresSince())")
  unsafe zfree(block)
  let tried = unsafe ztrycalloc_num(hidden(number), hidden(byteCount))
  unsafe say("ztrycalloc_num \(word(tried)) \(failuresSince())")
  unsafe zfree(tried)
}
