// Loses two objects that hold each other, while a global still refers to one of them weakly.
final class Node {
  var other: Node?
  let values: [Int]

  init(_ count: Int) { values = Array(repeating: count, count: count) }
}

final class Observer {
  weak var node: Node?
}

let observer = Observer()

@inline(never)
func meet(_ depth: Int) {
  guard depth == 0 else { return meet(depth - 1) }
  let first = Node(3)
  let second = Node(4)
  first.other = second
  #if !GOOD
    second.other = first
  #endif
  observer.node = first
}

@inline(never)
func clear() -> Int {
  let words = InlineArray<4096, Int>(repeating: 0)
  return words.count
}

meet(50)
print(clear())
