// Zero bytes: a block of its own from every function that allocates, the end of one from those that
// resize, and a failure where the size of an element is zero.

import ZMalloc

/// The cases by name.
@MainActor let zeroCases: [String: @MainActor () -> Void] = [
  "zero_bytes": {
    noteFailures()
    for family in Family.all {
      let block = unsafe family.allocate(hidden(0))
      unsafe say(
        "\(family.name) \(word(block?.baseAddress)) usable \(block?.count ?? 77) "
          + "counted \(counted) handler \(failures)")
      unsafe fill(block, 1)
      unsafe zfree(block?.baseAddress)
    }
    say("left \(counted)")
  },
  "zero_distinct": {
    let first = unsafe zmalloc(hidden(0))
    let second = unsafe ztrymalloc(hidden(0))
    unsafe say("distinct \(first != second ? 1 : 0)")
    unsafe zfree(first)
    unsafe zfree(second)
    say("left \(counted)")
  },
  "zero_resize": {
    noteFailures()
    for one in Resizing.all {
      let block = unsafe one.resize(zmalloc(40), hidden(0))
      unsafe say(
        "\(one.name) \(word(block?.baseAddress)) usable \(block?.count ?? 0) "
          + "counted \(counted) handler \(failures)")
    }
  },
  "zero_elements": {
    noteFailures()
    unsafe countedAs("zcalloc_num", zcalloc_num(hidden(0), 8))
    unsafe countedAs("ztrycalloc_num", ztrycalloc_num(hidden(0), 8))
    say("left \(counted)")
  },
  "zero_element_size": {
    noteFailures()
    for number in [10, 0] {
      unsafe countedAs("zcalloc_num", zcalloc_num(hidden(number), hidden(0)))
      unsafe countedAs("ztrycalloc_num", ztrycalloc_num(hidden(number), hidden(0)))
    }
    say("left \(counted)")
  },
]

private func countedAs(_ name: String, _ block: UnsafeMutableRawPointer?) {
  unsafe say("\(name) \(word(block)) usable \(zmalloc_usable_size(block)) \(failuresSince())")
  unsafe zfree(block)
}
