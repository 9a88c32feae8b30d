// The loops in Swift, over the allocation that frees itself: as those in C, whose names they have.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import ZMalloc

/// 64 bytes, allocated and freed at once.
@c(pairs_buffer_fixed)
public func pairs_buffer_fixed(_ count: Int, _ sizes: UnsafePointer<UInt16>) {
  do throws(OutOfMemory) {
    for _ in 0..<count {
      let block = try Allocation(byteCount: 64)
      keep(block)
    }
  } catch { fatalError("no memory for \(error.byteCount) bytes") }
}

/// Sizes from a list, in batches.
@c(pairs_buffer_mixed)
public func pairs_buffer_mixed(_ count: Int, _ sizes: UnsafePointer<UInt16>) {
  let batch = Int(PAIRS_BATCH)
  unsafe withUnsafeTemporaryAllocation(of: Allocation.self, capacity: batch) { blocks in
    do throws(OutOfMemory) {
      for _ in 0..<count / batch {
        for index in 0..<batch {
          let block = try Allocation(byteCount: Int(unsafe sizes[index]))
          keep(block)
          unsafe blocks.initializeElement(at: index, to: block)
        }
        for index in 0..<batch { unsafe _ = blocks.moveElement(from: index) }
      }
    } catch { fatalError("no memory for \(error.byteCount) bytes") }
  }
}

@inline(always)
private func keep(_ block: borrowing Allocation) {
  block.withBytes { bytes in
    unsafe bytes.withUnsafeBytes { unsafe pairs_keep($0.baseAddress) }
  }
}
