// The loops in Swift, where the z-functions and the allocation that frees itself are inlined: as those in C, whose
// names they have.
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
public func pairs_buffer_mixed(
  _ count: Int, _ sizes: UnsafePointer<UInt16>, _ space: UnsafeMutablePointer<pairs_block>
) {
  let batch = Int(PAIRS_BATCH)
  precondition(unsafe MemoryLayout<Allocation>.stride == MemoryLayout<pairs_block>.stride)
  let bytes = UnsafeMutableRawPointer(space)
  let blocks = unsafe bytes.bindMemory(to: Allocation.self, capacity: batch)
  do throws(OutOfMemory) {
    for _ in 0..<count / batch {
      for index in 0..<batch {
        let block = try Allocation(byteCount: Int(unsafe sizes[index]))
        keep(block)
        unsafe (blocks + index).initialize(to: block)
      }
      for index in 0..<batch { unsafe _ = (blocks + index).move() }
    }
  } catch { fatalError("no memory for \(error.byteCount) bytes") }
}

/// The same by zmalloc and zfree.
@c(pairs_swift_zfree_fixed)
public func pairs_swift_zfree_fixed(_ count: Int, _ sizes: UnsafePointer<UInt16>) {
  for _ in 0..<count {
    let block = unsafe zmalloc(64)
    unsafe pairs_keep(block)
    unsafe zfree(block)
  }
}

/// The same by zmalloc and zfree, in batches.
@c(pairs_swift_zfree_mixed)
public func pairs_swift_zfree_mixed(
  _ count: Int, _ sizes: UnsafePointer<UInt16>,
  _ blocks: UnsafeMutablePointer<UnsafeMutableRawPointer?>
) {
  let batch = Int(PAIRS_BATCH)
  for _ in 0..<count / batch {
    for index in 0..<batch {
      unsafe blocks[index] = zmalloc(Int(sizes[index]))
      unsafe pairs_keep(blocks[index])
    }
    for index in 0..<batch { unsafe zfree(blocks[index]) }
  }
}

/// The same by zmalloc_usable, and zfree with the size that it gave.
@c(pairs_swift_sized_fixed)
public func pairs_swift_sized_fixed(_ count: Int, _ sizes: UnsafePointer<UInt16>) {
  for _ in 0..<count {
    guard let block = unsafe zmalloc_usable(64) else { continue }
    unsafe pairs_keep(block.baseAddress)
    unsafe zfree(block)
  }
}

/// The same by zmalloc_usable, and zfree with the size that it gave, in batches.
@c(pairs_swift_sized_mixed)
public func pairs_swift_sized_mixed(
  _ count: Int, _ sizes: UnsafePointer<UInt16>, _ blocks: UnsafeMutablePointer<pairs_block>
) {
  let batch = Int(PAIRS_BATCH)
  for _ in 0..<count / batch {
    for index in 0..<batch {
      guard let block = unsafe zmalloc_usable(Int(sizes[index])) else { continue }
      unsafe pairs_keep(block.baseAddress)
      unsafe blocks[index] = pairs_block(start: block.baseAddress, usable: block.count)
    }
    for index in 0..<batch {
      let block = unsafe blocks[index]
      unsafe zfree(UnsafeMutableRawBufferPointer(start: block.start, count: block.usable))
    }
  }
}

@inline(always)
private func keep(_ block: borrowing Allocation) {
  block.withBytes { bytes in
    unsafe bytes.withUnsafeBytes { unsafe pairs_keep($0.baseAddress) }
  }
}
