// The heap mistakes in Swift. Each body makes its mistake, or does the same work without it: NAME
// and NAME-good.

import ZMalloc

/// The mistakes by name.
@MainActor let mistakes: [String: @MainActor (_ isMade: Bool) -> Void] = [
  "overflow": { isMade in
    let buffer = unsafe allocateForReport(24)
    unsafe flip(buffer.baseAddress, from: isMade ? 24 : 22)
    unsafe zfree(buffer)
  },
  "underflow": { isMade in
    let buffer = unsafe allocateForReport(24)
    unsafe flip(buffer.baseAddress, from: isMade ? -2 : 0)
    unsafe zfree(buffer)
  },
  "double-free": { isMade in
    let buffer = unsafe allocateForReport(64)
    unsafe zfree(buffer.baseAddress)
    if isMade { unsafe zfree(buffer.baseAddress) }
  },
  "free-none": { isMade in
    let buffer = unsafe allocateForReport(64)
    unsafe withUnsafeTemporaryAllocation(byteCount: 64, alignment: 16) { local in
      unsafe zfree(isMade ? local.baseAddress : buffer.baseAddress)
    }
    if isMade { unsafe zfree(buffer) }
  },
  "write-after-free": { isMade in
    let buffer = unsafe allocateForReport(64)
    if !isMade { unsafe flip(buffer.baseAddress, from: 8) }
    unsafe zfree(buffer)
    if isMade { unsafe flip(buffer.baseAddress, from: 8) }
  },
  "wrong-size": { isMade in
    let buffer = unsafe allocateForReport(64)
    unsafe zfree_with_size(buffer.baseAddress, isMade ? 32 : 64)
  },
]

/// Changes two bytes, whatever stands there.
@inline(never)
private func flip(_ start: UnsafeMutableRawPointer?, from offset: Int) {
  guard let bytes = unsafe start?.advanced(by: offset) else { return }
  for index in 0..<2 {
    let byte = unsafe bytes.load(fromByteOffset: index, as: UInt8.self)
    unsafe bytes.storeBytes(of: ~byte, toByteOffset: index, as: UInt8.self)
  }
}
