// Loses a parent by one retain too many. Its child refers back to it weakly: that is no cycle.
final class Node {
  weak var parent: Node?
  var child: Node?
  let values: [Int]

  init(_ count: Int) { values = Array(repeating: count, count: count) }
}

@inline(never)
func adopt(_ depth: Int) {
  guard depth == 0 else { return adopt(depth - 1) }
  let parent = Node(3)
  let child = Node(4)
  parent.child = child
  child.parent = parent
  #if !GOOD
    _ = Unmanaged.passRetained(parent)
  #endif
}

@inline(never)
func clear() -> Int {
  let words = InlineArray<4096, Int>(repeating: 0)
  return words.count
}

adopt(50)
print(clear())
