// Loses an object that holds a closure that holds the object.
final class View {
  var handler: (() -> Int)?
  let values: [Int]

  init(_ count: Int) { values = Array(repeating: count, count: count) }
}

@inline(never)
func show(_ depth: Int) {
  guard depth == 0 else { return show(depth - 1) }
  let view = View(3)
  #if GOOD
    view.handler = { [weak view] in view?.values.count ?? 0 }
  #else
    view.handler = { view.values.count }
  #endif
}

@inline(never)
func clear() -> Int {
  let words = InlineArray<4096, Int>(repeating: 0)
  return words.count
}

show(50)
print(clear())
