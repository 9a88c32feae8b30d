// What the tests do to the heap: each is a function of its own, so that reports can name it.
import Foundation
import Synchronization
import Testing
import ZMalloc

/// Memory ran out.
struct NoMemory: Error {}

/// Allocates a block that nobody frees.
@inline(never)
func leakOne(_ byteCount: Int) { unsafe _ = ztrymalloc(byteCount) }

/// Allocates and frees, with an error when memory ran out.
@inline(never)
func useOne(_ byteCount: Int) throws(NoMemory) {
  guard let block = unsafe ztrymalloc(byteCount) else { throw NoMemory() }
  unsafe zfree(block)
}

/// Writes past the end of a block before it frees it: an even byte, which no guard byte is.
@inline(never)
func overflowOne(_ byteCount: Int) {
  guard let block = unsafe ztrymalloc(byteCount) else { return }
  unsafe block.storeBytes(of: 0x62, toByteOffset: byteCount, as: UInt8.self)
  unsafe zfree(block)
}

/// Writes to a block after its free.
@inline(never)
func writeAfterFree(_ byteCount: Int) {
  guard let block = unsafe ztrymalloc(byteCount) else { return }
  unsafe zfree(block)
  unsafe block.storeBytes(of: 0x62, as: UInt8.self)
}

/// Frees a block twice.
@inline(never)
func freeTwice(_ byteCount: Int) {
  guard let block = unsafe ztrymalloc(byteCount) else { return }
  unsafe zfree(block)
  unsafe zfree(block)
}

/// Two blocks; loses the first when there is no memory for the second.
@inline(never)
func loseFirstWhenSecondFails() throws(NoMemory) {
  guard let first = unsafe ztrymalloc(24) else { throw NoMemory() }
  guard let second = unsafe ztrymalloc(48) else { throw NoMemory() }
  unsafe zfree(first)
  unsafe zfree(second)
}

/// Two blocks, without a look at whether there was memory for the second.
@inline(never)
func trustSecond() throws(NoMemory) {
  guard let first = unsafe ztrymalloc(24) else { throw NoMemory() }
  let second = unsafe ztrymalloc(48)
  unsafe UnsafeMutableRawPointer(bitPattern: UInt(bitPattern: second) + 8)?
    .storeBytes(of: 1, as: UInt8.self)
  unsafe zfree(first)
  unsafe zfree(second)
}

/// Never comes back.
@inline(never)
func waitForever() { while true { sleep(1) } }

/// A number that this process and its copies count together.
struct SharedCounter {
  private let address: UInt

  init() throws {
    let size = MemoryLayout<Int>.size
    let shared = MAP_SHARED | MAP_ANONYMOUS
    let word = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, shared, -1, 0)
    address = UInt(bitPattern: word)
    try #require(address != .max)
  }

  /// Counts one more, and says how many there are.
  func next() -> Int {
    guard let word = unsafe UnsafeMutablePointer<Int>(bitPattern: address) else { return 0 }
    unsafe word.pointee += 1
    return unsafe word.pointee
  }

  func remove() {
    unsafe munmap(UnsafeMutableRawPointer(bitPattern: address), MemoryLayout<Int>.size)
  }
}

/// Runs code on a thread of its own and waits for it.
func onAnotherThread(_ body: @escaping @Sendable () -> UInt) -> UInt {
  let done = DispatchSemaphore(value: 0)
  let result = Mutex<UInt>(0)
  Thread.detachNewThread {
    let value = body()
    result.withLock { $0 = value }
    done.signal()
  }
  done.wait()
  return result.withLock { $0 }
}

/// Goes through some other threads, if the pool has them.
func hop() async {
  for _ in 0..<5 {
    await Task.yield()
    try? await Task.sleep(for: .microseconds(50))
  }
}

/// A block that goes along with a task.
struct Handle: Sendable {
  /// Its address, 0 for none.
  let address: UInt

  /// Allocates one.
  init(_ byteCount: Int) { address = unsafe UInt(bitPattern: ztrymalloc(byteCount)) }

  func free() { unsafe zfree(UnsafeMutableRawPointer(bitPattern: address)) }
}

/// Whether an issue was recorded by what is under test: an expectation that fails is the test's own
/// failure, wherever it stands.
private func isRecorded(_ issue: Issue) -> Bool {
  if case .unconditional = issue.kind { true } else { false }
}

/// Runs a trait around a body, as the library would, and returns the messages of its failures.
func failures(
  of trait: some Trait & TestScoping, _ body: @Sendable () async throws -> Void
) async -> [String] {
  let seen = Seen()
  await withKnownIssue(isIntermittent: true) {
    guard let test = Test.current else { return }
    do {
      try await trait.provideScope(for: test, testCase: Test.Case.current, performing: body)
    } catch {
      seen.add("threw \(error)")
    }
  } matching: { issue in
    guard isRecorded(issue) else { return false }
    seen.add(String(describing: issue))
    return true
  }
  return seen.texts
}

/// Runs synchronous code and returns the messages of the failures that it records.
func failures(of body: () -> Void) -> [String] {
  let seen = Seen()
  withKnownIssue(isIntermittent: true) {
    body()
  } matching: { issue in
    guard isRecorded(issue) else { return false }
    seen.add(String(describing: issue))
    return true
  }
  return seen.texts
}
