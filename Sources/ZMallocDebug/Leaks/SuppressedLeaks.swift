// Rules for leaks that are none, as far as the process itself can tell: they decide its exit status
// and its line, where no zleakcheck looks at the recording. Functions are known by their linker
// names, and source files not at all; a rule with a site counts for zleakcheck alone.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// Rules over the stacks of lost blocks.
  @safe
  enum SuppressedLeaks {
    /// The most stacks that are looked at: names are looked up one by one.
    private static let stackLimit: UInt32 = 256
    // Beside the marks of the recording in a stack's node.
    private static let isJudged: UInt32 = 1 << 30
    private static let isSuppressed: UInt32 = 1 << 31

    static var hasRules: Bool {
      unsafe state.pointee.suppressions != 0 || state.pointee.suppressionFile != 0
    }

    /// Forgets what was found of stacks, for another scan.
    static func begin() {
      StackDepot.clearMarks()
      ModuleTable.refresh()
      unsafe state.pointee.judgedStackCount = 0
    }

    /// Whether a rule matches a stack.
    static func matches(_ stack: UInt32) -> Bool {
      guard stack != 0 else { return false }
      let at = StackDepot.address(of: stack) + 12
      let known = Memory.load32(at)
      if known & isJudged != 0 { return known & isSuppressed != 0 }
      guard unsafe state.pointee.judgedStackCount < stackLimit else { return false }
      unsafe state.pointee.judgedStackCount += 1
      let own = unsafe (state.pointee.suppressions, state.pointee.suppressionsByteCount)
      let file = unsafe (state.pointee.suppressionFile, state.pointee.suppressionFileByteCount)
      let isMatch = search(stack, own.0, own.1) || search(stack, file.0, file.1)
      Memory.store32(at, known | isJudged | (isMatch ? isSuppressed : 0))
      return isMatch
    }

    private static func search(_ stack: UInt32, _ rules: UInt, _ byteCount: UInt) -> Bool {
      guard rules != 0 else { return false }
      let pointer = unsafe UnsafePointer(Memory.pointer(rules).assumingMemoryBound(to: UInt8.self))
      let text = unsafe Span(_unsafeStart: pointer, count: Int(byteCount))
      let node = StackDepot.address(of: stack)
      let today = SuppressedLeaks.today
      for index in 0..<StackDepot.frameCount(node) {
        // A return address may stand behind the end of its function.
        let address = StackDepot.frame(node, index) &- 1
        guard let module = ModuleTable.path(of: address) else { continue }
        if matches(text, module, today) { return true }
        if let name = ModuleSymbols.name(at: address), matches(text, name, today) { return true }
      }
      return false
    }

    /// Whether one of the rules matches a name.
    private static func matches(_ text: Span<UInt8>, _ name: Word, _ today: UInt32) -> Bool {
      guard !name.isEmpty else { return false }
      let pointer = unsafe UnsafePointer(
        Memory.pointer(name.start).assumingMemoryBound(to: UInt8.self))
      let bytes = unsafe Span(_unsafeStart: pointer, count: Int(name.byteCount))
      var start = 0
      while start < text.count {
        var end = start
        while end < text.count, text[end] != 10 { end += 1 }
        let line = SuppressionLine(text, start..<end)
        start = end + 1
        guard line.kind == .rule, line.site == nil, !line.pattern.isEmpty else { continue }
        if let until = line.until, day(text, until) < today { continue }
        if SuppressionMatching.matches(text, line.pattern, bytes) { return true }
      }
      return false
    }

    /// `2027-01-31` as 20270131; 0 for what is no day.
    private static func day(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt32 {
      guard range.count == 10 else { return 0 }
      var number: UInt32 = 0
      for index in range where text[index] != 0x2D {
        let digit = text[index] &- 48
        guard digit < 10 else { return 0 }
        number = number &* 10 &+ UInt32(digit)
      }
      return number
    }
  }

  extension SuppressedLeaks {
    /// Today as 20270131, in Greenwich.
    fileprivate static var today: UInt32 {
      // "chrono-Compatible Low-Level Date Algorithms" (Hinnant), civil_from_days.
      let days = zmalloc_wall_time() / 86_400_000_000_000 + 719_468
      let era = days / 146_097
      let ofEra = days % 146_097
      let year = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
      let ofYear = ofEra - (365 * year + year / 4 - year / 100)
      let shifted = (5 * ofYear + 2) / 153
      let day = ofYear - (153 * shifted + 2) / 5 + 1
      let month = shifted < 10 ? shifted + 3 : shifted - 9
      let number = (year + era * 400 + (month <= 2 ? 1 : 0)) * 10_000 + month * 100 + day
      return UInt32(truncatingIfNeeded: number)
    }
  }
#endif
