// Loses an object that holds a task whose result holds the object.
final class Loader: @unchecked Sendable {
  var task: Task<Loader, Never>?
  let values: [Int]

  init(_ count: Int) { values = Array(repeating: count, count: count) }

  func start() {
    // On the main thread as all of it, whose stack is cleared below.
    task = Task { @MainActor in self }
  }
}

@inline(never)
@MainActor func load() async {
  let loader = Loader(5)
  loader.start()
  _ = await loader.task?.value
  #if GOOD
    loader.task = nil
  #endif
}

@inline(never)
func clear() -> Int {
  let words = InlineArray<4096, Int>(repeating: 0)
  return words.count
}

await load()
try? await Task.sleep(for: .milliseconds(50))
print(clear())
