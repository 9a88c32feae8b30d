// Nodes of one site: all released but one.
final class Node {
  var value: Int
  init(_ value: Int) { self.value = value }
}

@inline(never)
func make(_ value: Int) -> Node { Node(value) }

@inline(never)
func lose(_ count: Int) {
  for value in 0..<count {
    let node = make(value)
    #if !GOOD
      if value == 1 { _ = Unmanaged.passRetained(node) }
    #endif
  }
}

@inline(never)
func fall(_ depth: Int) -> Int {
  if depth == 0 {
    lose(413)
    return 0
  }
  return fall(depth - 1) + 1
}

@inline(never)
func clear(_ depth: Int) -> Int { depth == 0 ? 0 : clear(depth - 1) + 1 }

print(fall(50) + clear(2000))
