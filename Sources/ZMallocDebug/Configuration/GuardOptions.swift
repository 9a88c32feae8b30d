// The options of guard pages: guard=all|1/N|off, guard-at=end|start, guard-size=A-B.
#if DEBUG_LAYER
  import CZMalloc

  /// The options of guard pages.
  @safe
  enum GuardOptions {
    static func setDefaults() {
      unsafe state.pointee.guardRate = 0
      unsafe state.pointee.guardsStart = 0
      unsafe state.pointee.guardLeast = 0
      unsafe state.pointee.guardMost = .max
    }

    /// Applies a word; false when it is none of these.
    static func apply(_ key: Word, _ text: Word?) -> Bool {
      if key.equals("guard") {
        unsafe state.pointee.guardRate = rate(text, key)
      } else if key.equals("guard-at") {
        guard let text, text.equals("end") || text.equals("start") else {
          Options.refuse(text, key, "end or start")
        }
        unsafe state.pointee.guardsStart = text.equals("start") ? 1 : 0
      } else if key.equals("guard-size") {
        setSizes(text, key)
      } else {
        return false
      }
      return true
    }

    private static func rate(_ text: Word?, _ key: Word) -> UInt64 {
      guard let text, !text.equals("all"), !text.equals("on") else { return 1 }
      if text.equals("off") { return 0 }
      let (one, many) = text.cut(at: 0x2F)
      guard one.equals("1"), let count = many?.number, count > 0 else {
        Options.refuse(text, key, "all, 1/N for one block of N, or off")
      }
      return count
    }

    private static func setSizes(_ text: Word?, _ key: Word) {
      let range: StaticString = "sizes from A to B, as 16-4KiB"
      guard let text, let parts = sizes(text), parts.least <= parts.most else {
        Options.refuse(text, key, range)
      }
      unsafe state.pointee.guardLeast = parts.least
      unsafe state.pointee.guardMost = parts.most
    }

    private static func sizes(_ text: Word) -> (least: UInt, most: UInt)? {
      let (first, second) = text.cut(at: 0x2D)
      guard let second, !(first.isEmpty && second.isEmpty) else { return nil }
      guard let least = first.isEmpty ? 0 : first.byteSize,
        let most = second.isEmpty ? UInt64.max : second.byteSize
      else { return nil }
      return (UInt(least), UInt(most))
    }
  }
#endif
