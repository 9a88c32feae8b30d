// Copies of C strings, and what is said of the size of a block.

import Glibc
import ZMalloc

/// The cases by name.
@MainActor let textCases: [String: @MainActor () -> Void] = [
  "string_copied": { copyBoth("8 bytes") },
  "string_empty": { copyBoth("") },
  "string_every_byte": {
    let text = (1...255).map { CChar(bitPattern: UInt8($0)) } + [0]
    let first = unsafe zstrdup(text)
    let second = unsafe ztrystrdup(text)
    let same = unsafe [first, second].map { copy in
      guard let copy = unsafe copy else { return 0 }
      return unsafe memcmp(copy, text, 256) == 0 ? 1 : 0
    }
    say("same \(same[0]) \(same[1])")
    unsafe zfree(first)
    unsafe zfree(second)
    say("left \(counted)")
  },
  "string_long": {
    var wrong = 0
    var length = 1
    while length < 70000 {
      let text = String(repeating: "a", count: length)
      let copy = unsafe zstrdup(text)
      if let copy = unsafe copy, unsafe String(cString: copy) != text { wrong += 1 }
      unsafe zfree(copy)
      length = length * 3 + 1
    }
    say("wrong \(wrong) left \(counted)")
  },
  // No size of a string is too large by itself: the process has room for less than another such
  // string.
  "string_no_memory": {
    let length = 256 << 20
    guard let text = unsafe malloc(length + 1)?.assumingMemoryBound(to: CChar.self) else { return }
    unsafe memset(text, 0x61, length)
    unsafe text[length] = 0
    var now: Int64 = 0
    unsafe _ = get_proc_stat_ll(23, &now)
    var limit = rlimit()
    unsafe getrlimit(addressSpace, &limit)
    limit.rlim_cur = UInt(now) + UInt(length / 2)
    noteFailures()
    unsafe setrlimit(addressSpace, &limit)
    unsafe say("zstrdup \(word(zstrdup(text))) \(failuresSince())")
    unsafe say("ztrystrdup \(word(ztrystrdup(text))) \(failuresSince())")
    limit.rlim_cur = limit.rlim_max
    unsafe setrlimit(addressSpace, &limit)
    unsafe free(text)
    say("left \(counted)")
  },
  "size_null": {
    say("size \(zmalloc_size(nil)) usable \(zmalloc_usable_size(nil))")
  },
  // zmalloc_size is what the block counts for: the difference is the header of builds with one.
  "size_counts": {
    for size in [0, 9, 100, 5000, 1 << 20] {
      let block = unsafe zmalloc(size)
      unsafe say(
        "\(size) header \(zmalloc_size(block) - zmalloc_usable_size(block)) "
          + "counted_for \(counted == zmalloc_size(block) ? 1 : 0)")
      unsafe zfree(block)
    }
  },
]

/// Of the enumeration that Glibc's functions take in Swift.
private var addressSpace: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_AS.rawValue) }

private func copyBoth(_ text: String) {
  unsafe copy("zstrdup", text) { unsafe zstrdup($0) }
  unsafe copy("ztrystrdup", text) { unsafe ztrystrdup($0) }
  say("left \(counted)")
}

private func copy(
  _ name: String, _ text: String,
  _ duplicate: (UnsafePointer<CChar>) -> UnsafeMutablePointer<CChar>?
) {
  unsafe text.withCString { original in
    guard let block = unsafe duplicate(original) else { return say("no memory") }
    unsafe say(
      "\(name) same \(strcmp(block, original) == 0 ? 1 : 0) "
        + "elsewhere \(UnsafePointer(block) != original ? 1 : 0) length \(strlen(block)) "
        + "usable \(zmalloc_usable_size(block)) "
        + "counted_for \(counted == zmalloc_size(block) ? 1 : 0)")
    // All of it may be written: the end as well.
    unsafe memset(block, 0x78, text.utf8.count + 1)
    unsafe zfree(block)
  }
}
