// Small Swift programs on the z-functions, run under the linked layer by the tests:
// `zmalloc-scenario NAME`.

import ZMalloc

/// Prints and ends with 2, which no scenario's expected status is.
func stop(_ text: String) -> Never {
  print(text)
  exitNow(2)
}

@inline(never)
func allocateForReport(_ size: Int) -> UnsafeMutableRawBufferPointer {
  guard let buffer = unsafe ztrymalloc_usable(size) else { stop("no memory") }
  return unsafe buffer
}

/// The scenarios by name.
@MainActor let scenarios: [String: @MainActor () -> Void] = [
  "usable": {
    let buffer = unsafe allocateForReport(9)
    print("usable \(buffer.count)")
    unsafe zfree(buffer)
  },
  "clean": {
    var kept = unsafe (0..<100).map { unsafe zmalloc($0) }
    unsafe kept.withUnsafeMutableBufferPointer { pointers in
      for index in pointers.indices { unsafe zfree(pointers[index]) }
    }
    print("used \(zmalloc_used_memory())")
  },
  "leak": {
    for size in [32, 32, 32] { unsafe _ = allocateForReport(size) }
  },
  "unfreed": {
    unsafe Kept.pointer = zmalloc(100)
  },
  "fail-second": {
    let first = unsafe ztrymalloc_usable(10)
    let second = unsafe ztrymalloc_usable(20)
    let third = unsafe ztrymalloc_usable(30)
    unsafe print(first == nil, second == nil, third == nil)
    unsafe zfree(first?.baseAddress)
    unsafe zfree(third?.baseAddress)
  },
  "handler-allocates": {
    zmalloc_set_oom_handler { _ in
      let block = unsafe ztrymalloc(16)
      unsafe print("handler got memory: \(block != nil)")
      unsafe zfree(block)
    }
    unsafe print("failed: \(zmalloc(10) == nil)")
  },
  "record": {
    let buffer = unsafe allocateForReport(9)
    let written = ZMalloc.writeRecording(to: CommandLine.arguments[2])
    print("watching \(ZMalloc.isWatching) written \(written)")
    unsafe zfree(buffer)
  },
  "marks": { holdAround(losing: 1) },
  "marks-good": { holdAround(losing: 0) },
]

/// Holds blocks from before a mark and since, loses some since, and writes a recording.
@MainActor func holdAround(losing count: Int) {
  unsafe Kept.pointers = (0..<4).map { _ in unsafe zmalloc(100) }
  let first = ZMalloc.mark()
  unsafe Kept.pointers += (0..<3).map { _ in unsafe zmalloc(300) }
  for _ in 0..<count { unsafe _ = allocateForReport(60) }
  let second = ZMalloc.mark()
  unsafe Kept.pointers.append(zmalloc(1000))
  print("marks \(first) and \(second)")
  if CommandLine.arguments.count > 2 {
    print("written \(ZMalloc.writeRecording(to: CommandLine.arguments[2]))")
  }
}

/// A block that a global still reaches.
enum Kept {
  nonisolated(unsafe) static var pointer: UnsafeMutableRawPointer?
  nonisolated(unsafe) static var pointers: [UnsafeMutableRawPointer?] = unsafe []
}
