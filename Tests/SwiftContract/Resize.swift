// The realloc family: contents, the account, and what it does with nil.

import ZMalloc

private let path = [
  1, 8, 24, 25, 100, 4096, 100_000, 1 << 20, 4 << 20, 3 << 20, 200_000, 4097, 512, 24, 7,
]

/// The cases by name.
@MainActor let resizeCases: [String: @MainActor () -> Void] = [
  "resize_content": {
    for one in Resizing.all {
      var wrong = 0
      var before = 0
      var block: UnsafeMutableRawBufferPointer?
      for byteCount in path {
        unsafe block = unsafe one.resize(block?.baseAddress, hidden(byteCount))
        if unsafe !matches(block, min(before, byteCount)) { wrong += 1 }
        if unsafe counted != bytes(block) { wrong += 1 }
        unsafe write(block, byteCount)
        before = byteCount
      }
      unsafe zfree(block?.baseAddress)
      say("\(one.name) wrong \(wrong) left \(counted)")
    }
  },
  "resize_null": {
    for one in Resizing.all {
      let block = unsafe one.resize(nil, hidden(9))
      unsafe say(
        "\(one.name) \(word(block?.baseAddress)) usable \(block?.count ?? 77) counted \(counted)")
      unsafe zfree(block?.baseAddress)
    }
    say("left \(counted)")
  },
  "resize_same": {
    for one in Resizing.all {
      let block = unsafe zmalloc_usable(100)
      unsafe write(block, 100)
      let resized = unsafe one.resize(block?.baseAddress, hidden(100))
      unsafe say(
        "\(one.name) content \(matches(resized, 100) ? 1 : 0) "
          + "usable_covers \((resized?.count ?? 0) >= 100 ? 1 : 0) "
          + "counted_for \(counted == bytes(resized) ? 1 : 0)")
      unsafe zfree(resized?.baseAddress)
    }
    say("left \(counted)")
  },
  "resize_many": {
    var blocks = unsafe [UnsafeMutableRawPointer?](repeating: nil, count: 200)
    var wrong = 0
    for round in 1...20 {
      for index in unsafe blocks.indices {
        let byteCount = (index * 37 + round * 101) % 3000 + 1
        unsafe blocks[index] =
          round % 2 == 1
          ? unsafe zrealloc(blocks[index], byteCount) : unsafe ztryrealloc(blocks[index], byteCount)
      }
      if unsafe blocks.reduce(0, { unsafe $0 + zmalloc_size($1) }) != counted { wrong += 1 }
    }
    for index in unsafe blocks.indices { unsafe zfree(blocks[index]) }
    say("wrong \(wrong) left \(counted)")
  },
]

private func pattern(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: index * 7 + 3) }

private func matches(_ block: UnsafeMutableRawBufferPointer?, _ count: Int) -> Bool {
  guard let block = unsafe block else { return false }
  return unsafe block.prefix(count).enumerated().allSatisfy { $0.element == pattern($0.offset) }
}

private func write(_ block: UnsafeMutableRawBufferPointer?, _ count: Int) {
  guard let block = unsafe block else { return }
  for index in 0..<count { unsafe block[index] = pattern(index) }
}
