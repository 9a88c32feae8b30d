// Keeps objects by the payloads of enums, optionals, existentials, closures, strings and slices:
// their pointers carry tags in bits that an address leaves free.
final class Left {
  let values: [Int]
  init(_ count: Int) { values = Array(repeating: count, count: count) }
}

final class Right {
  let values: [Int]
  init(_ count: Int) { values = Array(repeating: count, count: count) }
}

enum Payload {
  case left(Left)
  case right(Right)
  case array([Int])
  case dictionary([String: Left])
  case secondLeft(Left)
  case secondRight(Right)
  case third(Left)
  case fourth(Left)
  case none

  static let kinds = 9

  init(_ kind: Int) {
    switch kind {
    case 0: self = .left(Left(3))
    case 1: self = .right(Right(3))
    case 2: self = .array(Array(repeating: kind, count: 3))
    case 3: self = .dictionary(["kind \(kind)": Left(3)])
    case 4: self = .secondLeft(Left(3))
    case 5: self = .secondRight(Right(3))
    case 6: self = .third(Left(3))
    case 7: self = .fourth(Left(3))
    default: self = .none
    }
  }
}

enum Nested {
  case first(Payload)
  case second(Payload)
  case optional(Left?)
  case none
}

indirect enum Tree {
  case leaf(Int)
  case node(Tree, Tree)
  case left(Left)
  case right(Right)
}

protocol Shape {}
extension Left: Shape {}
struct Large: Shape {
  var left = Left(3)
  var right = Right(3)
  var values = [1, 2, 3]
  var text = String(repeating: "large", count: 20)
}
struct Failure: Error {
  var left = Left(3)
  var text = String(repeating: "failed", count: 20)
}

nonisolated(unsafe) var payloads: [Payload] = []
nonisolated(unsafe) var nested: [Nested] = []
nonisolated(unsafe) var payload = Payload.none
nonisolated(unsafe) var deep = Nested.none
nonisolated(unsafe) var tree = Tree.leaf(1)
nonisolated(unsafe) var optional: Left??? = nil
nonisolated(unsafe) var shapes: [any Shape] = []
nonisolated(unsafe) var anything: Any = 1
nonisolated(unsafe) var failure: (any Error)?
nonisolated(unsafe) var text = ""
nonisolated(unsafe) var texts: [String] = []
nonisolated(unsafe) var part: Substring = ""
nonisolated(unsafe) var slice: ArraySlice<Left> = []
nonisolated(unsafe) var function: () -> Int = { 1 }
nonisolated(unsafe) var unmanaged: Unmanaged<Left>?
nonisolated(unsafe) var tuple: (Payload, Nested, String, Left?)?

@inline(never)
func fill(_ depth: Int) {
  guard depth == 0 else { return fill(depth - 1) }
  payloads = (0..<Payload.kinds).map(Payload.init)
  nested = (0..<Payload.kinds).flatMap { kind in
    [.first(Payload(kind)), .second(Payload(kind)), .optional(Left(3))]
  }
  payload = .fourth(Left(3))
  deep = .optional(Left(3))
  tree = .node(.right(Right(3)), .node(.leaf(1), .left(Left(3))))
  optional = Left(3)
  shapes = [Left(3), Large()]
  anything = Large()
  failure = Failure()
  text = String(repeating: "größer", count: 20)
  texts = (0..<9).map { String(repeating: "ab", count: 20 + $0) }
  part = String(repeating: "part", count: 20).dropFirst(20)
  slice = (0..<10).map { _ in Left(3) }.dropFirst(8)
  let left = Left(3)
  function = { left.values.count }
  unmanaged = .passRetained(Left(3))
  tuple = (Payload(3), .second(Payload(0)), String(repeating: "tuple", count: 20), Left(3))
}

@inline(never)
func clear() -> Int {
  let words = InlineArray<4096, Int>(repeating: 0)
  return words.count
}

fill(50)
print(clear(), function())
