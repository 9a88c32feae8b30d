// Writes three bytes past the end of a block that it allocated by pointer, then frees it.
@inline(never)
func work() {
  let block = UnsafeMutableRawPointer.allocate(byteCount: 24, alignment: 1)
  #if GOOD
    let start = 21
  #else
    let start = 24
  #endif
  for index in start..<start + 3 {
    let byte = block.load(fromByteOffset: index, as: UInt8.self)
    block.storeBytes(of: ~byte, toByteOffset: index, as: UInt8.self)
  }
  block.deallocate()
}

work()
