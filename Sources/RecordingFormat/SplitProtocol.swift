// What a program that is split and the command say to each other, over a socket that keeps the
// bounds of messages:
//
//   program   the key of a site that it has come to for the first time: 8 bytes
//   command   a SplitAnswer; with a mode that makes a child, the descriptor of its output
//   program   after such an answer, 4 bytes: the child's id, or a SplitObstacle; then it goes on if
//             the answer was the last, or gets the next

/// What the command answers at a site: 16 bytes.
public struct SplitAnswer: BitwiseCopyable, Sendable {
  /// A ``SplitMode``.
  public var mode: UInt32 = 0
  /// The child's page in the shared memory, a number below ``CampaignPage/slotCount``.
  public var slot: UInt32 = 0
  /// 1 when no other answer follows at this site.
  public var isLast: UInt32 = 1
  /// Zero.
  public var reserved: UInt32 = 0

  /// An answer that makes no child.
  public init() {}

  /// An answer that makes a child.
  public init(_ mode: SplitMode, slot: UInt32, isLast: Bool) {
    self.mode = mode.rawValue
    self.slot = slot
    self.isLast = isLast ? 1 : 0
  }
}

/// What is to happen at a site.
public enum SplitMode: UInt32, Sendable {
  /// No child.
  case goOn = 0
  /// A child in which this allocation fails.
  case once = 1
  /// A child in which it and all after it fail.
  case onward = 2
}

/// Why a process cannot be split: what it says in place of a child's id.
public enum SplitObstacle: Int32, Sendable {
  /// The kernel made no child.
  case kernel = -1
  /// A child would have the calling thread alone.
  case threads = -2
  /// A child would have no timers.
  case timers = -3
  /// A child would write to what the parent reads.
  case sharedMemory = -4
}
