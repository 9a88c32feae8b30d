// Ends while tasks of every kind are suspended: what they hold hangs on continuations, task
// allocators, groups, streams, timers and queues.
import Foundation

final class Payload: Sendable {
  let values: [Int]
  init(_ count: Int) { values = Array(repeating: count, count: count) }
}

actor Total {
  private(set) var texts: [String] = []
  func add(_ text: String) async {
    texts.append(text)
    await Task.yield()
  }
}

enum Local {
  @TaskLocal static var payload: Payload?
}

let lock = NSLock()
nonisolated(unsafe) var waiting: [CheckedContinuation<Void, Never>] = []
nonisolated(unsafe) var unchecked: UnsafeContinuation<Payload, Never>?

@inline(never)
func descend(_ depth: Int, _ total: Total) async -> Int {
  let payload = Payload(depth)
  await total.add("a text for depth \(depth) that is too long to stand inline")
  if depth > 0 { return await descend(depth - 1, total) + payload.values.count }
  await withCheckedContinuation { continuation in lock.withLock { waiting.append(continuation) } }
  return payload.values.count
}

let forever = Duration.seconds(1000)
let total = Total()
let deep = Task { await Local.$payload.withValue(Payload(7)) { await descend(60, total) } }
Task.detached {
  let payload = Payload(9)
  let other = await withUnsafeContinuation { unchecked = $0 }
  print(payload, other)
}
Task {
  let payload = Payload(11)
  try await Task.sleep(for: forever)
  print(payload)
}
let (stream, producer) = AsyncStream<Payload>.makeStream()
Task { for await payload in stream where payload.values.count > 1000 { print(payload) } }
for count in 0..<50 { producer.yield(Payload(count)) }
let (unread, filler) = AsyncStream<Payload>.makeStream()
for count in 0..<50 { filler.yield(Payload(count)) }
Task {
  await withTaskGroup(of: Int.self) { group in
    for count in 0..<20 {
      group.addTask {
        let payload = Payload(count)
        try? await Task.sleep(for: count % 2 == 0 ? forever : .zero)
        return payload.values.count
      }
    }
    for await count in group where count > 1000 { print(count) }
  }
}
Task {
  async let first = descend(10, total)
  async let second = descend(12, total)
  let payload = Payload(3)
  return await first + second + payload.values.count
}
let throwing = Task {
  try await withThrowingTaskGroup(of: Payload.self) { group in
    for count in 0..<20 {
      group.addTask {
        if count == 13 { throw CancellationError() }
        try await Task.sleep(for: forever)
        return Payload(count)
      }
    }
    for try await _ in group {}
  }
}
do { try await throwing.value } catch { print("thrown") }
let cancelled = Task {
  let payload = Payload(99)
  await withTaskCancellationHandler {
    _ = try? await Task.sleep(for: forever)
  } onCancel: {
    print("cancelled", payload.values.count)
  }
}
cancelled.cancel()
await cancelled.value
let queue = DispatchQueue(label: "queue")
let later = Payload(77)
queue.asyncAfter(deadline: .now() + 1000) { print(later) }
DispatchQueue.global().async {
  let payload = Payload(5)
  Thread.sleep(forTimeInterval: 1000)
  print(payload)
}
let thread = Thread {
  let payload = Payload(6)
  Thread.sleep(forTimeInterval: 1000)
  print(payload)
}
thread.start()
let source = DispatchSource.makeTimerSource()
source.schedule(deadline: .now(), repeating: 0.01)
source.setEventHandler { _ = Payload(4) }
source.resume()
// The three chains of calls have come to their ends.
while await total.texts.count < 61 + 11 + 13 { try await Task.sleep(for: .milliseconds(10)) }
try await Task.sleep(for: .milliseconds(100))
print(await total.texts.count)
