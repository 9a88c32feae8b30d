// Which rule takes which lost block: by the frames of the stack that allocated it, or of one that
// leads to it. As LeakSanitizer, whatever only a suppressed block holds is suppressed with it.
import Recording

/// The lost blocks of a recording and the rules.
struct SuppressionMatcher {
  private let recording: Recording
  private let rules: [SuppressionRule]
  private let resolver: StackResolver
  private var matchesByFrame: [Frame: [Int]] = [:]

  /// Resolves the stacks of all lost blocks.
  init(_ recording: Recording, rules: [SuppressionRule], symbolizer: (any Symbolizer)?) {
    self.recording = recording
    self.rules = rules
    var resolver = StackResolver(recording, symbolizer: symbolizer)
    resolver.prepare(Set(recording.blocks.map(\.stack)))
    self.resolver = resolver
  }

  /// What takes a block out.
  struct Choice {
    /// The index of the rule.
    var rule: Int
    /// Its own stack matches; else that of a block that leads to it does.
    var isMatch: Bool
  }

  /// For each block the rule that takes it out, `nil` for none.
  mutating func choices() -> [Choice?] {
    var byStack: [StackKey: Choice?] = [:]
    let blocks = recording.blocks
    var chosen: [Choice?] = []
    chosen.reserveCapacity(blocks.count)
    for block in blocks {
      let key = StackKey(stack: block.stack, isUnfreed: block.state == BlockState.unfreed.rawValue)
      if let known = byStack[key] {
        chosen.append(known)
      } else {
        let choice = rule(for: key).map { Choice(rule: $0, isMatch: true) }
        byStack[key] = .some(choice)
        chosen.append(choice)
      }
    }
    for index in blocks.indices where chosen[index] == nil {
      let rule = inherited(index, chosen)
      chosen[index] = rule.map { Choice(rule: $0, isMatch: false) }
    }
    return chosen
  }

  private struct StackKey: Hashable {
    var stack: UInt32
    var isUnfreed: Bool
  }

  /// The rule of the next block on the way to the head that has one.
  ///
  /// Takes as many steps as the block is deep; a way of more than a thousand ends at the head.
  private func inherited(_ index: Int, _ chosen: [Choice?]) -> Int? {
    let blocks = recording.blocks
    let head = Int(blocks[index].head)
    var at = index
    for _ in 0..<1_000 {
      if at == head { return nil }
      let parent = blocks[at].parent
      guard parent != BlockEntry.noIndex else { break }
      at = Int(parent)
      if let choice = chosen[at] { return choice.rule }
    }
    return chosen[head]?.rule
  }

  /// The first frame from within that a rule matches decides; at it, the first such rule.
  private mutating func rule(for key: StackKey) -> Int? {
    let stack = resolver.stack(key.stack)
    var fingerprint: String?
    for frame in stack.frames {
      for rule in matches(frame) {
        guard let site = rules[rule].site else { return rule }
        let own =
          fingerprint ?? Fingerprint(kind: key.isUnfreed ? "unfreed" : "leak", site: stack).text
        fingerprint = own
        if own == site { return rule }
      }
    }
    return nil
  }

  /// The rules that match a frame by its function, its source file or its module.
  private mutating func matches(_ frame: Frame) -> [Int] {
    if let known = matchesByFrame[frame] { return known }
    let names = [resolver.modulePath(of: frame.address), frame.function, frame.location?.file]
      .compactMap { $0 }
    let found = rules.indices.filter { rule in names.contains { rules[rule].pattern.matches($0) } }
    matchesByFrame[frame] = found
    return found
  }
}

extension Recording {
  /// The same without some of its lost blocks.
  ///
  /// What is kept has its head, or is its own; a parent that is gone is none.
  func keepingBlocks(_ isKept: (Int) -> Bool) -> Recording {
    var places = [UInt32?](repeating: nil, count: blocks.count)
    var kept: [BlockEntry] = []
    var removedBytes: UInt64 = 0
    for (index, block) in blocks.enumerated() {
      if isKept(index) {
        places[index] = UInt32(kept.count)
        kept.append(block)
      } else {
        removedBytes &+= block.byteCount
      }
    }
    for index in kept.indices {
      let block = kept[index]
      kept[index].head = places[Int(block.head)] ?? UInt32(index)
      if block.parent != BlockEntry.noIndex {
        kept[index].parent = places[Int(block.parent)] ?? BlockEntry.noIndex
      }
    }
    var result = self
    result.blocks = kept
    let removed = UInt64(blocks.count - kept.count)
    for (key, count) in [(MetaKey.lostBlockCount, removed), (.lostByteCount, removedBytes)] {
      if let number = meta.number(key) { result.meta.set(key, to: number - min(number, count)) }
    }
    return result
  }
}
