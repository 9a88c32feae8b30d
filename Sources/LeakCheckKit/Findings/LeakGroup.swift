// Lost blocks put together: one group for one root cause, before anything has a name.
import Recording

/// The lost trees whose heads one stack allocated.
struct LeakGroup {
  /// Blocks below the heads that one stack allocated.
  struct ChildSite: Equatable {
    var stack: UInt32
    var blockCount: Int
    var byteCount: UInt64
  }

  let state: BlockState
  let stack: UInt32
  /// Indices of the heads, ascending by operation.
  var heads: [Int] = []
  var headByteCount: UInt64 = 0
  var heldBlockCount = 0
  var heldByteCount: UInt64 = 0
  /// What the heads hold, most bytes first.
  var children: [ChildSite] = []

  /// Every byte that comes back when the heads are freed.
  var byteCount: UInt64 { headByteCount &+ heldByteCount }
  var blockCount: Int { heads.count + heldBlockCount }

  /// The heads' addresses and sizes.
  func objects(_ blocks: [BlockEntry]) -> [LeakFinding.Object] {
    heads.map { LeakFinding.Object(address: blocks[$0].address, byteCount: blocks[$0].byteCount) }
  }
}

extension LeakGroup {
  /// What makes two heads the same root cause.
  private struct Key: Hashable {
    var stack: UInt32
    var state: UInt8
    var holdsOthers: Bool
  }

  /// Groups the blocks of a recording, most bytes first; the order is the same every time.
  ///
  /// Takes O(*n* log *n*) for *n* blocks.
  static func groups(of blocks: [BlockEntry]) -> [LeakGroup] {
    var holdsOthers = [Bool](repeating: false, count: blocks.count)
    for block in blocks.indices where Int(blocks[block].head) != block {
      holdsOthers[Int(blocks[block].head)] = true
    }
    var numbers: [Key: Int] = [:]
    var groups: [LeakGroup] = []
    var groupOfHead = [Int](repeating: -1, count: blocks.count)
    let heads = blocks.indices.filter { Int(blocks[$0].head) == $0 }
      .sorted { (blocks[$0].operation, $0) < (blocks[$1].operation, $1) }
    for head in heads {
      let block = blocks[head]
      let key = Key(stack: block.stack, state: block.state, holdsOthers: holdsOthers[head])
      let number = numbers[key] ?? groups.count
      if number == groups.count {
        numbers[key] = number
        groups.append(
          LeakGroup(state: BlockState(rawValue: block.state) ?? .root, stack: block.stack))
      }
      groups[number].heads.append(head)
      groups[number].headByteCount &+= block.byteCount
      groupOfHead[head] = number
    }
    addHeld(blocks, groupOfHead, to: &groups)
    return groups.sorted { first, second in
      if first.byteCount != second.byteCount { return first.byteCount > second.byteCount }
      if first.blockCount != second.blockCount { return first.blockCount > second.blockCount }
      return (first.heads.first ?? 0, first.stack) < (second.heads.first ?? 0, second.stack)
    }
  }

  private static func addHeld(
    _ blocks: [BlockEntry], _ groupOfHead: [Int], to groups: inout [LeakGroup]
  ) {
    var sites = [[UInt32: ChildSite]](repeating: [:], count: groups.count)
    for (index, block) in blocks.enumerated() where Int(block.head) != index {
      let number = groupOfHead[Int(block.head)]
      groups[number].heldBlockCount += 1
      groups[number].heldByteCount &+= block.byteCount
      var site =
        sites[number][block.stack] ?? ChildSite(stack: block.stack, blockCount: 0, byteCount: 0)
      site.blockCount += 1
      site.byteCount &+= block.byteCount
      sites[number][block.stack] = site
    }
    for number in groups.indices {
      groups[number].children = sites[number].values.sorted {
        $0.byteCount != $1.byteCount ? $0.byteCount > $1.byteCount : $0.stack < $1.stack
      }
    }
  }

  /// How many blocks point around in a circle through this head; 0 when the way back is not found.
  static func cycleLength(of head: Int, in blocks: [BlockEntry]) -> Int {
    var next = head
    for length in 1...1_000 {
      let parent = blocks[next].parent
      if parent == BlockEntry.noIndex { return 0 }
      next = Int(parent)
      if next == head { return length }
    }
    return 0
  }
}
