// Out-of-memory handlers: the default, and one that returns, allocates, fails itself, or ends the
// process. One that leaves by longjmp cannot be written in Swift.

import Glibc
import ZMalloc

/// The cases by name.
@MainActor let handlerCases: [String: @MainActor () -> Void] = [
  "handler_default": {
    say("before")
    unsafe say(word(zmalloc(hidden(-2))))
  },
  "handler_default_product": {
    say("before")
    unsafe say(word(zcalloc_num(hidden(Int.max), 3)))
  },
  "handler_restored": {
    noteFailures()
    let block = unsafe zmalloc(hidden(-1))
    unsafe say("\(word(block)) handler \(failures)")
    zmalloc_set_oom_handler(nil)
    unsafe say(word(zcalloc(hidden(Int.max))))
  },
  "handler_returns": {
    noteFailures()
    for index in 0..<3 {
      let block = unsafe zmalloc(hidden(-1 - index))
      unsafe say("\(word(block)) handler \(failures) size \(UInt(bitPattern: failedSize))")
    }
    let block = unsafe zmalloc(10)
    unsafe say("\(word(block)) left \(counted - zmalloc_size(block))")
    unsafe zfree(block)
  },
  "handler_allocates": {
    zmalloc_set_oom_handler { size in
      var report = unsafe zmalloc(200)
      unsafe report = zrealloc(report, 400)
      unsafe say(
        "report: no memory for \(UInt(bitPattern: size)) bytes "
          + "counted_for \(counted == zmalloc_size(report) ? 1 : 0)")
      unsafe zfree(report)
    }
    unsafe say(word(zmalloc(hidden(-1))))
    say("left \(counted)")
  },
  "handler_fails": {
    zmalloc_set_oom_handler { size in
      unsafe failures += 1
      say("size \(UInt(bitPattern: size))")
      if unsafe failures < 3 { unsafe say(word(zmalloc(hidden(size - 1)))) }
    }
    let block = unsafe zmalloc(hidden(-1))
    unsafe say("\(word(block)) handler \(failures)")
  },
  "handler_exits": {
    atexit { say("left \(counted)") }
    zmalloc_set_oom_handler { size in
      say("size \(UInt(bitPattern: size))")
      exit(7)
    }
    unsafe say(word(zmalloc(hidden(-1))))
  },
  "handler_of_all_threads": {
    noteFailures()
    onThread(failOnThread)
    unsafe say("handler \(failures) size \(UInt(bitPattern: failedSize))")
  },
]

/// What the contract forbids and still says something about: a wrong size to the sized free.
@MainActor let misuseCases: [String: @MainActor () -> Void] = [
  "misuse_wrong_size": {
    guard let kept = unsafe zmalloc(1000) else { return say("no memory") }
    let block = unsafe zmalloc(64)
    say("before")
    unsafe zfree_with_size(block, hidden(32))
    unsafe sayWhatIsLeft(kept)
  },
  "misuse_request_size": {
    guard let kept = unsafe zmalloc(1000), let block = unsafe zmalloc_usable(64) else {
      return say("no memory")
    }
    say("before")
    unsafe zfree(UnsafeMutableRawBufferPointer(start: block.baseAddress, count: block.count + 16))
    unsafe sayWhatIsLeft(kept)
  },
]

/// How far used memory is from what it would be, before and after more work: the program goes on.
@MainActor private func sayWhatIsLeft(_ kept: UnsafeMutableRawPointer) {
  unsafe say("after, wrong by \(counted - zmalloc_size(kept))")
  for size in 0..<2000 {
    let block = unsafe zmalloc(hidden(size))
    unsafe block?.initializeMemory(as: UInt8.self, repeating: 1, count: size)
    unsafe zfree(block)
  }
  unsafe say("at the end by \(counted - zmalloc_size(kept))")
}

nonisolated private func failOnThread() {
  let block = unsafe zmalloc(hidden(-1))
  unsafe say("\(word(block)) handler \(failures)")
}
