// Loses two objects that hold each other by the storage of an array and of a dictionary.
final class Person {
  var friends: [Person] = []
  var byName: [String: Person] = [:]
}

@inline(never)
func meet(_ depth: Int) {
  guard depth == 0 else { return meet(depth - 1) }
  let first = Person()
  let second = Person()
  first.friends = [second]
  #if !GOOD
    second.byName["first"] = first
  #endif
}

@inline(never)
func clear() -> Int {
  let words = InlineArray<4096, Int>(repeating: 0)
  return words.count
}

meet(50)
print(clear())
