// The ways back: nil, the size that was freed, the size that the caller gives, another thread.

import ZMalloc

/// The cases by name.
@MainActor let freeCases: [String: @MainActor () -> Void] = [
  "free_null": {
    unsafe zfree(nil as UnsafeMutableRawPointer?)
    zfree_with_size(nil, hidden(0))
    zfree_with_size(nil, hidden(100))
    let freed = zfree_usable(nil)
    say("freed \(freed) left \(counted)")
  },
  "free_tells_size": {
    for family in Family.all {
      let block = unsafe family.allocate(hidden(9))
      let freed = unsafe zfree_usable(block?.baseAddress)
      unsafe say("\(family.name) usable \(block?.count ?? 77) freed \(freed) left \(counted)")
    }
  },
  "free_sized": {
    let sizes = [0, 1, 8, 9, 16, 100, 1000, 4096, 5000, 40000, 1 << 20, 8 << 20]
    for family in Family.all {
      var wrong = 0
      for size in sizes {
        guard let block = unsafe family.allocate(hidden(size)) else { return say("no memory") }
        unsafe fill(block, 1)
        unsafe zfree(block)
        if counted != 0 { wrong += 1 }
        let again = unsafe family.allocate(hidden(size))?.baseAddress
        unsafe zfree_with_size(again, zmalloc_usable_size(again))
        if counted != 0 { wrong += 1 }
      }
      say("\(family.name) wrong \(wrong)")
    }
  },
  "free_sized_after_resize": {
    let sizes = [10, 400, 50000, 2 << 20, 3000, 30]
    for one in Resizing.all {
      var wrong = 0
      for (before, size) in zip(sizes, sizes.dropFirst()) {
        guard let block = unsafe one.resize(zmalloc(before), hidden(size)) else {
          return say("no memory")
        }
        unsafe zfree(block)
        if counted != 0 { wrong += 1 }
      }
      say("\(one.name) wrong \(wrong)")
    }
  },
  // An owner gives its block back with the size; a block that was given away goes back by any
  // free, also where its page had blocks of another size before.
  "free_owned": {
    var wrong = 0
    for round in 1...40 {
      var given = unsafe [UnsafeMutableRawPointer?]()
      for index in 0..<2000 {
        guard let block = try? Allocation(byteCount: round * 397 % 2000 + 1) else {
          return say("no memory")
        }
        if index % 3 != 0 { unsafe given.append(block.take().baseAddress) }
      }
      for index in unsafe given.indices {
        let usable = unsafe zmalloc_usable_size(given[index])
        if unsafe zfree_usable(given[index]) != usable { wrong += 1 }
      }
    }
    say("wrong \(wrong) left \(counted)")
  },
  "free_elsewhere": {
    for index in 0..<2000 { unsafe given.append(zmalloc(index)) }
    onThread(takeGiven)
    say("left \(counted)")
  },
]

/// What one thread allocates and the other frees.
nonisolated(unsafe) private var given: [UnsafeMutableRawPointer?] = unsafe []

nonisolated private func takeGiven() {
  for index in unsafe given.indices {
    let block = unsafe given[index]
    if index % 2 == 1 {
      unsafe zfree(block)
    } else {
      unsafe zfree_with_size(block, zmalloc_usable_size(block))
    }
  }
}
