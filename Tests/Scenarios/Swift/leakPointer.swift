// Loses eight blocks that it allocated by pointer, and frees as many others.
@inline(never)
func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
  let block = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 16)
  block.initializeMemory(as: UInt8.self, repeating: 1, count: byteCount)
  return block
}

@inline(never)
func work(_ depth: Int) {
  guard depth == 0 else { return work(depth - 1) }
  for index in 0..<8 {
    allocate(100 + index).deallocate()
    let block = allocate(1_000)
    #if GOOD
      block.deallocate()
    #else
      _ = block
    #endif
  }
}

@inline(never)
func clear() -> Int {
  withUnsafeTemporaryAllocation(of: Int.self, capacity: 512) { words in
    words.initialize(repeating: 0)
    return words.count
  }
}

work(100)
print(clear())
