// When a block broke, and what its new bytes look like, as sentences.
import Recording

extension ViolationFinding {
  /// Whether the last moment at which the block was whole is its allocation, or its free: its stack
  /// is shown already.
  var isIntactSinceBirth: Bool {
    guard let intact else { return false }
    let birth = freed ?? allocated
    return intact.operation == birth?.operation && intact.time == birth?.time
  }

  /// Between which operations the block broke; `nil` where it is not known.
  package var timeSentence: String? {
    guard let intact, intact.operation > 0, noticed.operation > 0 else { return nil }
    let since = !isIntactSinceBirth ? "" : freed != nil ? ", its free" : ", its allocation"
    let broken =
      isFoundAtEnd
      ? "broken at the end, after operation \(grouped(noticed.operation))"
      : "broken \(isNoticedBefore ? "before" : "at") operation \(grouped(noticed.operation))"
    return "Intact at operation \(grouped(intact.operation))\(since), \(broken)."
  }

  /// What the bytes continue; `nil` where they look like nothing that is known.
  package var continuationSentence: String? {
    guard let continuation else { return nil }
    let whose = continuesBelow ? "the data of the block below" : "the block's own data"
    return switch continuation {
    case .byte: "The bytes continue \(whose): the same byte again."
    case .pattern: "The bytes continue \(whose): the same pattern goes on."
    case .text: "The bytes continue \(whose): text."
    case .terminator: "The byte is the zero that ends \(whose), a text."
    }
  }
}
