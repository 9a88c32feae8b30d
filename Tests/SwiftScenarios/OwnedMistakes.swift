// The mistakes that are left to a Swift program whose blocks have owners. Each body makes its
// mistake, or does the same work without it.

import ZMalloc

/// An allocation, or the end of the process.
@inline(never)
private func ownForReport(_ byteCount: Int) -> Allocation {
  do throws(OutOfMemory) { return try Allocation(byteCount: byteCount) } catch { stop("\(error)") }
}

/// Ends an owner: the block is freed here.
@inline(never)
private func endOwner(_ owner: consuming Allocation) {}

/// What C would do with a pointer: a byte changes, wherever it is.
@inline(never)
private func writeAsC(_ start: UnsafeMutableRawPointer?, at offset: Int) {
  guard let place = unsafe start?.advanced(by: offset) else { return }
  let byte = unsafe place.load(as: UInt8.self)
  unsafe place.storeBytes(of: ~byte, as: UInt8.self)
}

/// The mistakes by name.
@MainActor let ownedMistakes: [String: @MainActor (_ isMade: Bool) -> Void] = [
  "owned-overflow": { isMade in
    var owner = ownForReport(24)
    owner.withMutableBytes { bytes in
      unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe writeAsC(buffer.baseAddress, at: isMade ? 24 : 23)
      }
    }
    endOwner(owner)
  },
  "owned-stale": { isMade in
    let owner = ownForReport(64)
    let start = unsafe owner.withBytes { bytes in
      unsafe bytes.withUnsafeBytes { unsafe UnsafeMutableRawPointer(mutating: $0.baseAddress) }
    }
    if !isMade { unsafe writeAsC(start, at: 8) }
    endOwner(owner)
    if isMade { unsafe writeAsC(start, at: 8) }
  },
  "owned-twice": { isMade in
    let buffer = unsafe ownForReport(64).take()
    endOwner(unsafe Allocation(adopting: buffer))
    if isMade { endOwner(unsafe Allocation(adopting: buffer)) }
  },
  "owned-short": { isMade in
    let buffer = unsafe ownForReport(64).take()
    let part = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<32])
    endOwner(unsafe Allocation(adopting: isMade ? part : buffer))
  },
  "owned-taken": { isMade in
    let buffer = unsafe ownForReport(48).take()
    if !isMade { endOwner(unsafe Allocation(adopting: buffer)) }
  },
]
