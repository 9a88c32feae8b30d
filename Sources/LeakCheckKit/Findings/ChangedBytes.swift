// The bytes that an overwrite changed: runs of at most eight, what should stand there and what
// does.
import Recording

/// A run of changed bytes.
public struct ChangedBytes: Sendable, Equatable {
  /// Where the first lies from the block's start.
  public var distance: Int64
  /// What should stand there.
  public var expected: [UInt8]
  /// What stands there.
  public var found: [UInt8]

  /// The runs of a violation's evidence; none when it has no evidence.
  static func runs(_ violation: ViolationEntry) -> [ChangedBytes] {
    let expected = bytes(violation.expected)
    let found = bytes(violation.found)
    var runs: [ChangedBytes] = []
    var previous = -2
    for index in 0..<min(Int(violation.evidenceByteCount), 32)
    where expected[index] != found[index] {
      let address = violation.evidenceAddress &+ UInt64(index)
      if previous != index - 1 || runs.isEmpty || runs[runs.count - 1].found.count == 8 {
        let distance = Int64(bitPattern: address &- violation.blockAddress)
        runs.append(ChangedBytes(distance: distance, expected: [], found: []))
      }
      runs[runs.count - 1].expected.append(expected[index])
      runs[runs.count - 1].found.append(found[index])
      previous = index
    }
    return runs
  }

  private static func bytes(_ words: Bytes32) -> [UInt8] {
    var bytes: [UInt8] = []
    for word in [words.word0, words.word1, words.word2, words.word3] {
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: word >> shift))
      }
    }
    return bytes
  }
}
