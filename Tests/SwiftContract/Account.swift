// Used memory and its peak, to the byte.

import Glibc
import ZMalloc

/// The cases by name.
@MainActor let accountCases: [String: @MainActor () -> Void] = [
  "account_exact": {
    var blocks = unsafe [UnsafeMutableRawPointer?]()
    var sum = 0
    var wrong = 0
    for index in 0..<1000 {
      unsafe blocks.append(index % 3 != 0 ? zmalloc(index) : zcalloc(index * 10))
      unsafe sum += zmalloc_size(blocks[index])
      if counted != sum { wrong += 1 }
    }
    // In another order than they came.
    for index in 0..<1000 {
      let block = unsafe blocks[index * 7 % 1000]
      unsafe sum -= zmalloc_size(block)
      unsafe zfree(block)
      if counted != sum { wrong += 1 }
    }
    say("wrong \(wrong) left \(counted)")
  },
  "account_peak": {
    // The second is too little to be sampled on the way.
    let first = unsafe zmalloc(100)
    let second = unsafe zmalloc(1000)
    say("sampled_now \(zmalloc_peak_memory() == zmalloc_used_memory() ? 1 : 0)")
    unsafe zfree(first)
    unsafe zfree(second)
    let large = unsafe zmalloc(3 << 20)
    let used = zmalloc_used_memory()
    say("peak_is_used \(zmalloc_peak_memory() == used ? 1 : 0)")
    unsafe zfree(large)
    say("stays \(zmalloc_peak_memory() == used ? 1 : 0)")
    let small = unsafe zmalloc(1000)
    say("stays \(zmalloc_peak_memory() == used ? 1 : 0)")
    let larger = unsafe zmalloc(5 << 20)
    say("rises \(zmalloc_peak_memory() == zmalloc_used_memory() ? 1 : 0)")
    unsafe zfree(larger)
    unsafe zfree(small)
    say("left \(counted)")
  },
  // Nobody asks meanwhile: the growth itself samples it, each 100 KiB.
  "account_peak_sampled": {
    let blocks = unsafe (0..<100).map { _ in unsafe zmalloc(10000) }
    let top = counted
    for index in unsafe blocks.indices { unsafe zfree(blocks[index]) }
    let below = top - zmalloc_peak_memory()
    say("within \(below >= 0 && below <= 100 * 1024 + 20000 ? 1 : 0)")
  },
  "account_failures": {
    let peak = zmalloc_peak_memory()
    for index in 0..<1000 {
      if unsafe ztrymalloc(hidden(-1 - index)) != nil { say("a block") }
      if unsafe ztrycalloc(hidden(1 << 47)) != nil { say("a block") }
    }
    say("left \(counted) peak_rose \(zmalloc_peak_memory() > peak ? 1 : 0)")
  },
]
