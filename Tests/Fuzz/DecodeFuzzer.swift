// libFuzzer's entrance to the decoder: any bytes give a recording or an error, and nothing else.
import Recording

/// Decodes what libFuzzer made up, then reads everything that a decoded recording promises.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ byteCount: Int) -> CInt {
  let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: byteCount))
  guard let recording = try? Recording(decoding: bytes) else { return 0 }
  var sum: UInt64 = 0
  for block in recording.blocks {
    sum &+= recording.blocks[Int(block.head)].byteCount
    if block.parent != BlockEntry.noIndex { sum &+= recording.blocks[Int(block.parent)].byteCount }
    if block.stack != 0 { precondition(recording.stacks[block.stack] != nil) }
  }
  for id in recording.stacks.ids { sum &+= UInt64(recording.stacks[id]?.addresses.count ?? 0) }
  for module in recording.modules { sum &+= UInt64(module.name.count) }
  sum &+= UInt64(recording.meta.arguments.count)
  return sum == .max ? 1 : 0
}
