// Loses three objects that hold each other in a circle, each with an array of its own.
final class Person {
  var friend: Person?
  let values: [Int]

  init(_ count: Int) { values = Array(repeating: count, count: count) }
}

@inline(never)
func meet(_ depth: Int) {
  guard depth == 0 else { return meet(depth - 1) }
  let people = [Person(10), Person(20), Person(30)]
  for index in 0..<3 { people[index].friend = people[(index + 1) % 3] }
  #if GOOD
    people[0].friend = nil
  #endif
}

@inline(never)
func clear() -> Int {
  withUnsafeTemporaryAllocation(of: Int.self, capacity: 512) { words in
    words.initialize(repeating: 0)
    return words.count
  }
}

meet(100)
print(clear())
