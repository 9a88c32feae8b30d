// Keeps objects to which nobody refers weakly any more: side tables that hang on a shifted pointer.
final class Node {
  let values: [Int]
  weak var parent: Node?

  init(_ count: Int) { values = Array(repeating: count, count: count) }
}

nonisolated(unsafe) var kept: [Node] = []
let single = Node(20)

@inline(never)
func refer(_ depth: Int) {
  guard depth == 0 else { return refer(depth - 1) }
  for count in 1...10 {
    let node = Node(count)
    weak let reference = node
    precondition(reference != nil)
    kept.append(node)
  }
  weak let reference = single
  kept[0].parent = reference
  kept[0].parent = nil
}

@inline(never)
func clear() -> Int {
  let words = InlineArray<4096, Int>(repeating: 0)
  return words.count
}

refer(50)
print(clear(), kept.count)
