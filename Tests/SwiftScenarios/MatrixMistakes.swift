// The heap mistakes of the matrix in Swift, each with a block of any size: `matrix NAME SIZE` and
// `matrix-good NAME SIZE`, which does the same work without the mistake.

import Foundation
import ZMalloc

/// A mistake with a block of a size, or the same work without it.
typealias MatrixMistake = @MainActor (_ size: Int, _ isMade: Bool) -> Void

/// The mistakes by the names that the C program has for them.
@MainActor let matrixMistakes: [String: MatrixMistake] = [
  "past-1": { size, isMade in writeAt(size, size, 1, isMade) },
  "past-8": { size, isMade in writeAt(size, size, 8, isMade) },
  "before-1": { size, isMade in writeAt(size, -1, 1, isMade) },
  "before-8": { size, isMade in writeAt(size, -8, 8, isMade) },
  "stale-now": { size, isMade in writeStale(size, size / 2, isMade) },
  "stale-leaves": { size, isMade in
    writeStale(size, 0, isMade)
    pushOut(32 << 20)
    say("pushed out")
  },
  "stale-end": { size, isMade in writeStale(size, 0, isMade) },
  "twice-now": { size, isMade in
    let stale = unsafe zmalloc(size)
    unsafe zfree(stale)
    if isMade { unsafe zfree(stale) }
  },
  "twice-released": { size, isMade in
    let stale = unsafe freeAndPushOut(size)
    if isMade { unsafe zfree(stale) }
  },
  "twice-reused": freeTwoOwners,
  "inside": { size, isMade in
    let block = unsafe zmalloc(size)
    if isMade { unsafe zfree(block?.advanced(by: size > 1 ? size / 2 : 1)) }
    unsafe zfree(block)
  },
  "of-stack": { size, isMade in
    unsafe withUnsafeTemporaryAllocation(byteCount: min(size, 512) + 1, alignment: 16) { local in
      unsafe freeOther(local.baseAddress, size, isMade)
    }
  },
  "of-global": { size, isMade in
    unsafe withUnsafeMutablePointer(to: &Globals.bytes) { unsafe freeOther($0, size, isMade) }
  },
  "of-mapping": { size, isMade in
    let flags = MAP_PRIVATE | MAP_ANONYMOUS
    let pages = unsafe mmap(nil, size + 1, PROT_READ | PROT_WRITE, flags, -1, 0)
    unsafe freeOther(pages, size, isMade)
    unsafe munmap(pages, size + 1)
  },
  "of-nobody": { size, isMade in
    unsafe freeOther(
      UnsafeMutableRawPointer(bitPattern: 0x1234_5678_0000 + size * 16), size, isMade)
  },
  "near-null": { size, isMade in
    unsafe freeOther(UnsafeMutableRawPointer(bitPattern: size), size, isMade)
  },
  "wrong-size": { size, isMade in
    unsafe zfree_with_size(zmalloc(size), isMade ? size + 1 : size)
  },
  "resize-now": { size, isMade in
    let stale = unsafe zmalloc(size)
    unsafe zfree(stale)
    if isMade { unsafe zfree(zrealloc(stale, size + 1)) }
  },
  "resize-released": { size, isMade in
    let stale = unsafe freeAndPushOut(size)
    if isMade { unsafe zfree(zrealloc(stale, size + 1)) }
  },
  "resize-inside": { size, isMade in
    let block = unsafe zmalloc(size)
    if isMade {
      unsafe zfree(zrealloc(block?.advanced(by: size > 1 ? size / 2 : 1), size + 1))
    }
    unsafe zfree(zrealloc(block, size + 1))
  },
  "resize-stack": { size, isMade in
    unsafe withUnsafeTemporaryAllocation(byteCount: min(size, 512) + 1, alignment: 16) { local in
      unsafe resizeOther(local.baseAddress, size, isMade)
    }
  },
  "resize-global": { size, isMade in
    unsafe withUnsafeMutablePointer(to: &Globals.bytes) { unsafe resizeOther($0, size, isMade) }
  },
  "resize-nobody": { size, isMade in
    unsafe resizeOther(
      UnsafeMutableRawPointer(bitPattern: 0x1234_5678_0000 + size * 16), size, isMade)
  },
]

/// Bytes of the executable's own data.
enum Globals {
  nonisolated(unsafe) static var bytes: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
}

/// Prints at once: the mistake may end the process.
private func say(_ text: String) {
  FileHandle.standardOutput.write(Data((text + "\n").utf8))
}

@inline(never)
private func change(_ start: UnsafeMutableRawPointer?, from offset: Int, _ count: Int) {
  guard let bytes = unsafe start?.advanced(by: offset) else { return }
  for index in 0..<count {
    let byte = unsafe bytes.load(fromByteOffset: index, as: UInt8.self)
    unsafe bytes.storeBytes(of: ~byte, toByteOffset: index, as: UInt8.self)
  }
}

private func writeAt(_ size: Int, _ offset: Int, _ count: Int, _ isMade: Bool) {
  let block = unsafe zmalloc(size)
  unsafe change(block, from: 0, size)
  if isMade { unsafe change(block, from: offset, count) }
  unsafe zfree(block)
}

private func writeStale(_ size: Int, _ offset: Int, _ isMade: Bool) {
  let block = unsafe zmalloc(size)
  if !isMade { unsafe change(block, from: 0, size) }
  unsafe zfree(block)
  if isMade { unsafe change(block, from: offset, 1) }
  say("went on")
}

/// Allocates and frees blocks that fit in no smaller one's place until older ones have left the
/// quarantine.
private func pushOut(_ byteCount: Int) {
  for _ in 0..<byteCount / 20_000 { unsafe zfree(zmalloc(20_000)) }
}

/// A block that was freed and has left the quarantine, between two that were in use meanwhile.
private func freeAndPushOut(_ size: Int) -> UnsafeMutableRawPointer? {
  let below = unsafe zmalloc(size)
  let stale = unsafe zmalloc(size)
  let above = unsafe zmalloc(size)
  unsafe zfree(stale)
  pushOut(4 << 20)
  unsafe zfree(below)
  unsafe zfree(above)
  return unsafe stale
}

/// Frees `pointer`, or a block where all is well.
private func freeOther(_ pointer: UnsafeMutableRawPointer?, _ size: Int, _ isMade: Bool) {
  let block = unsafe zmalloc(size)
  if isMade { unsafe zfree(pointer) }
  unsafe zfree(block)
}

/// Resizes `pointer`, or a block where all is well.
private func resizeOther(_ pointer: UnsafeMutableRawPointer?, _ size: Int, _ isMade: Bool) {
  let block = unsafe zmalloc(size)
  if isMade { unsafe zfree(zrealloc(pointer, size + 1)) }
  unsafe zfree(zrealloc(block, size + 1))
}

/// Waits until the address of a freed block is another's, which the stale pointer frees first.
///
/// One of many: what Swift itself allocates meanwhile takes some of their places.
private func freeTwoOwners(_ size: Int, _ isMade: Bool) {
  var stale: [UnsafeMutableRawPointer?] = unsafe []
  var others: [UnsafeMutableRawPointer?] = unsafe []
  unsafe stale.reserveCapacity(64)
  unsafe others.reserveCapacity(1000)
  // Every other block stays in use: places that are free side by side would become one.
  for _ in 0..<64 {
    unsafe stale.append(zmalloc(size))
    unsafe others.append(zmalloc(size))
  }
  for index in unsafe stale.indices { unsafe zfree(stale[index]) }
  pushOut(4 << 20)
  var owned: UnsafeMutableRawPointer?
  while unsafe owned == nil, unsafe others.count < 1000 {
    let block = unsafe zmalloc(size)
    if unsafe stale.contains(block) { unsafe owned = block } else { unsafe others.append(block) }
  }
  guard unsafe owned != nil else { stop("not reused") }
  for index in unsafe others.indices { unsafe zfree(others[index]) }
  if isMade { unsafe zfree(owned) }
  unsafe zfree(owned)
}
