// What the cases share: facts as lines on standard output, used memory since the case began, and a
// handler that notes what it is told.

import Glibc
import ZMalloc

/// Prints one fact, a line.
///
/// Nothing is kept back: a case may end in abort.
func say(_ line: String) {
  var line = line + "\n"
  line.withUTF8 { bytes in unsafe _ = write(1, bytes.baseAddress, bytes.count) }
}

/// Used memory when the case began.
nonisolated(unsafe) var usedBefore = 0

/// Used memory since the case began.
var counted: Int { unsafe zmalloc_used_memory() - usedBefore }

/// `block` or `NULL`.
func word(_ pointer: UnsafeMutableRawPointer?) -> String {
  unsafe pointer == nil ? "NULL" : "block"
}

/// What the handler was told; a C function has no other place to write to.
nonisolated(unsafe) var failures = 0
nonisolated(unsafe) var failedSize = 0

/// Sets a handler that notes the size and returns.
func noteFailures() {
  zmalloc_set_oom_handler { size in
    unsafe failures += 1
    unsafe failedSize = size
  }
}

/// `handler 1 size 9` since the last call; a size as C prints it.
func failuresSince() -> String {
  defer {
    unsafe failures = 0
    unsafe failedSize = 0
  }
  return unsafe "handler \(failures) size \(UInt(bitPattern: failedSize))"
}

/// What zmalloc_size says, as a number that used memory can be compared with.
func bytes(_ buffer: UnsafeMutableRawBufferPointer?) -> Int {
  unsafe zmalloc_size(buffer?.baseAddress)
}

/// The same number, of which the compiler knows nothing.
@inline(never) @_optimize(none)
func hidden(_ value: Int) -> Int { value }

/// Runs a function on a thread of its own, to its end.
func onThread(_ body: @escaping () -> Void) {
  unsafe threadBody = body
  var thread = pthread_t()
  let code = unsafe pthread_create(
    &thread, nil,
    { _ in
      unsafe threadBody()
      return nil
    }, nil)
  if code != 0 { say("no thread") }
  pthread_join(thread, nil)
}

/// What the thread runs; a C function captures nothing.
nonisolated(unsafe) private var threadBody: () -> Void = {}
