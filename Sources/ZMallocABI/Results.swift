// What the functions with an out-pointer return: the start, and the usable size through the
// pointer.

import ZMallocCore

/// Stores a block's usable size, 0 for none; returns its start.
func store(_ block: Block?, _ usable: UnsafeMutablePointer<Int>?) -> UnsafeMutableRawPointer? {
  guard let block else {
    if let usable = unsafe usable { unsafe usable.pointee = 0 }
    return nil
  }
  if let usable = unsafe usable { unsafe usable.pointee = block.usableByteCount }
  return unsafe block.start
}

/// The same for a realloc: NULL and 0 when it failed or freed.
func store(
  _ result: Reallocation, _ usable: UnsafeMutablePointer<Int>?
) -> UnsafeMutableRawPointer? {
  unsafe store(result.block, usable)
}
