// The usable size: what each backend gives for a small request, and what every function says of it.

import ZMalloc

private let sizes = [
  0, 1, 7, 8, 9, 15, 16, 17, 24, 25, 100, 512, 4095, 4096, 4097, 1 << 17, 1 << 20, 5 << 20,
]

/// The cases by name.
@MainActor let usableCases: [String: @MainActor () -> Void] = [
  "usable_small": {
    for size in sizes.prefix(10) {
      let block = unsafe zmalloc_usable(hidden(size))
      unsafe say("\(size) usable \(block?.count ?? -1) counted \(counted)")
      unsafe zfree(block?.baseAddress)
    }
    say("left \(counted)")
  },
  "usable_everywhere": {
    for family in Family.all {
      say("\(family.name) wrong \(sizes.count { !agrees(family, $0) })")
    }
  },
  "usable_resized": {
    for one in Resizing.all {
      var wrong = 0
      var block: UnsafeMutableRawBufferPointer?
      for byteCount in sizes.dropFirst() {
        unsafe block = unsafe one.resize(block?.baseAddress, hidden(byteCount))
        if unsafe !isWhole(block, atLeast: byteCount) || counted != bytes(block) { wrong += 1 }
        unsafe fill(block, 0xA5)
      }
      unsafe zfree(block?.baseAddress)
      say("\(one.name) wrong \(wrong) left \(counted)")
    }
  },
  "usable_zeroed": {
    for family in Family.all where family.isZeroed {
      say("\(family.name) dirty \(sizes.reduce(0) { $0 + dirtyBytes(family, $1) })")
    }
  },
  // All are aligned to 16 bytes, those of allocators that align small blocks to 8 too.
  "usable_aligned": {
    for family in Family.all {
      say("\(family.name) wrong \(sizes.reduce(0) { $0 + misaligned(family, $1) })")
    }
  },
]

private func isWhole(_ block: UnsafeMutableRawBufferPointer?, atLeast byteCount: Int) -> Bool {
  guard let block = unsafe block else { return false }
  return unsafe block.count >= byteCount
    && block.count == zmalloc_usable_size(block.baseAddress)
}

private func agrees(_ family: Family, _ byteCount: Int) -> Bool {
  let block = unsafe family.allocate(hidden(byteCount))
  let isRight = unsafe isWhole(block, atLeast: byteCount) && counted == bytes(block)
  unsafe fill(block, 0xA5)
  let freed = unsafe zfree_usable(block?.baseAddress)
  return unsafe isRight && freed == block?.count && counted == 0
}

private func dirtyBytes(_ family: Family, _ byteCount: Int) -> Int {
  let before = unsafe zmalloc_usable(byteCount)
  unsafe fill(before, 0xA5)
  unsafe zfree(before?.baseAddress)
  guard let block = unsafe family.allocate(byteCount) else { return 1 }
  let dirty = unsafe block.count { $0 != 0 }
  unsafe zfree(block.baseAddress)
  return dirty
}

private func misaligned(_ family: Family, _ byteCount: Int) -> Int {
  let blocks = unsafe (0..<5).map { _ in unsafe family.allocate(byteCount) }
  var wrong = 0
  for index in unsafe blocks.indices {
    let block = unsafe blocks[index]
    if unsafe UInt(bitPattern: block?.baseAddress) % 16 != 0 { wrong += 1 }
  }
  for index in unsafe blocks.indices { unsafe zfree(blocks[index]?.baseAddress) }
  return wrong
}
