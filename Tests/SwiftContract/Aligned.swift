// Aligned blocks: every power of two, alignments that are none, sizes and alignments that cannot be
// had, and the ways back.

import Glibc
import ZMalloc

/// A function that aligns.
@safe
private struct Aligning: Sendable {
  let name: String
  let allocate: @Sendable (_ alignment: Int, _ size: Int) -> UnsafeMutableRawBufferPointer?

  static let all: [Aligning] = [
    unsafe Aligning(name: "zaligned_alloc", allocate: { unsafe told(zaligned_alloc($0, $1)) }),
    unsafe Aligning(
      name: "zaligned_alloc_usable", allocate: { unsafe zaligned_alloc_usable($0, $1) }),
    unsafe Aligning(
      name: "ztryaligned_alloc", allocate: { unsafe told(ztryaligned_alloc($0, $1)) }),
    unsafe Aligning(
      name: "ztryaligned_alloc_usable", allocate: { unsafe ztryaligned_alloc_usable($0, $1) }),
  ]
}

private let sizes = [0, 1, 8, 16, 100, 4096, 5000, 1 << 20]

/// The cases by name.
@MainActor let alignedCases: [String: @MainActor () -> Void] = [
  "aligned_everywhere": {
    for one in Aligning.all {
      var wrong = 0
      for shift in 0...22 {
        for (index, size) in sizes.enumerated() {
          let block = unsafe one.allocate(hidden(1 << shift), hidden(size))
          unsafe wrong += isRight(block, alignment: 1 << shift, size) ? 0 : 1
          if index % 2 == 1, let block = unsafe block {
            unsafe zfree(block)
          } else {
            unsafe zfree(block?.baseAddress)
          }
          if counted != 0 { wrong += 1 }
        }
      }
      say("\(one.name) wrong \(wrong)")
    }
  },
  "aligned_to_cache": {
    var wrong = 0
    for size in sizes {
      let block = unsafe told(zmalloc_cache_aligned(hidden(size)))
      unsafe wrong += isRight(block, alignment: 64, size) ? 0 : 1
      unsafe zfree(block?.baseAddress)
    }
    say("wrong \(wrong) left \(counted)")
    noteFailures()
    unsafe say("\(word(zmalloc_cache_aligned(hidden(-1)))) \(failuresSince())")
  },
  "aligned_to_none": {
    noteFailures()
    for one in Aligning.all {
      for alignment in [0, 3, 24, Int.max, -16, -1] {
        errno = 0
        let block = unsafe one.allocate(hidden(alignment), hidden(100))
        let code = errno
        unsafe say(
          "\(one.name) \(UInt(bitPattern: alignment)) \(word(block?.baseAddress)) "
            + "EINVAL \(code == EINVAL ? 1 : 0) usable \(block?.count ?? 0) handler \(failures)")
      }
    }
  },
  "aligned_too_large": {
    refuse(
      Aligning.all.flatMap { one in
        [1 << 47, Int.max - 1, Int.max, Int.min, -1].map { (one, 64, $0) }
      })
  },
  "aligned_too_far": {
    refuse(Aligning.all.flatMap { one in [47, 55, 63].map { (one, 1 << $0, 100) } })
  },
  "aligned_resized": {
    for one in Resizing.all {
      var wrong = 0
      for alignment in [32, 256, 2048, 16384] {
        for size in [1, 16, 256, 4096, 65536] {
          let block = unsafe zaligned_alloc_usable(alignment, 300)
          unsafe fill(block, 0x6B)
          let resized = unsafe one.resize(block?.baseAddress, hidden(size))
          unsafe wrong += (resized?.prefix(min(size, 300)).count { $0 != 0x6B } ?? 1)
          if unsafe (resized?.count ?? 0) < size || counted != bytes(resized) { wrong += 1 }
          unsafe zfree(resized?.baseAddress)
        }
      }
      say("\(one.name) wrong \(wrong) left \(counted)")
    }
  },
]

private func isRight(
  _ block: UnsafeMutableRawBufferPointer?, alignment: Int, _ size: Int
) -> Bool {
  guard let block = unsafe block else { return false }
  let isWhole = unsafe block.count >= size && block.count == zmalloc_usable_size(block.baseAddress)
  unsafe fill(block, 0xA5)
  return unsafe isWhole && UInt(bitPattern: block.baseAddress) % UInt(alignment) == 0
    && counted == bytes(block)
}

@MainActor private func refuse(_ calls: [(Aligning, alignment: Int, size: Int)]) {
  noteFailures()
  for (one, alignment, size) in calls {
    let block = unsafe one.allocate(hidden(alignment), hidden(size))
    unsafe say(
      "\(one.name) \(word(block?.baseAddress)) usable \(block?.count ?? 0) \(failuresSince())")
  }
  say("left \(counted)")
}
