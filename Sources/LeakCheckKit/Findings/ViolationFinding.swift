// A heap violation as the report tells it.
public import Recording

/// A heap violation.
public struct ViolationFinding: Sendable {
  /// A block beside the one that was hit.
  public struct Neighbour: Sendable {
    /// Its address.
    public var address: UInt64
    /// Its size in bytes.
    public var byteCount: UInt64
    /// It is freed and in quarantine.
    public var isFreed: Bool
    /// Where it was allocated.
    public var stack: ResolvedStack
  }

  /// A block that was at the address before.
  public struct EarlierLife: Sendable {
    /// Its size in bytes.
    public var byteCount: UInt64
    /// It was allocated here.
    public var allocated: Moment
    /// It was freed here.
    public var freed: Moment
  }

  /// What happened.
  public var kind: ViolationKind
  /// The frozen first line.
  public var firstLine: String
  /// How sure the layer is, a sentence.
  public var certainty: String
  /// It was found by the check at the end and not by a call.
  public var isFoundAtEnd: Bool
  /// The pointer that the program gave, or that faulted.
  public var pointer: UInt64
  /// The block's address, 0 when none is known.
  public var blockAddress: UInt64
  /// The block's size in bytes.
  public var blockByteCount: UInt64
  /// Where the first changed byte, or the pointer, lies from the block's start.
  public var distance: Int64
  /// Bytes from the first changed one to the last, or the size that the program claimed.
  public var changedByteCount: UInt64
  /// Allocated here, `nil` when no block is known.
  public var allocated: Moment?
  /// Freed here, `nil` when it was not freed.
  public var freed: Moment?
  /// Noticed here.
  public var noticed: Moment
  /// Whether that was before the operation whose number the moment has, in a sweep.
  public var isNoticedBefore = false
  /// What the faulting instruction did; `nil` where none faulted.
  public var access: FaultAccess?
  /// The changed bytes.
  public var changedBytes: [ChangedBytes]
  /// The neighbour below, `nil` when none is known.
  public var below: Neighbour?
  /// The neighbour above, `nil` when none is known.
  public var above: Neighbour?
  /// How often it was noticed by the same stacks.
  public var count: UInt64
  /// Which function allocated the block; `.unknown` where no block is known.
  public var family: AllocationFamily
  /// `realloc` noticed it.
  public var isRealloc: Bool
  /// ``changedByteCount`` is the least that were written.
  public var isAtLeast: Bool
  /// The block that was at the address before; `nil` when none is known.
  public var earlier: EarlierLife?
  /// The last operation at which the block was seen whole; `nil` where none is known.
  public var intact: Moment?
  /// How the bytes of an overwrite continue what stands before them; `nil` where they do not.
  public var continuation: Continuation?
  /// Whether it is the data of the block below that goes on, not the block's own.
  public var continuesBelow: Bool
  /// The failed allocation before this; `nil` without one.
  public var faultBefore: EarlierFault?
  /// The stable name.
  public var fingerprint: Fingerprint

  /// How sure the layer is of what a fault says: it is the access itself.
  private static func certaintyOfFault(_ violation: ViolationEntry) -> String {
    guard violation.freed.operation != 0 else {
      return "The block is in use, and this is the first access to the guard page beside it."
    }
    return violation.knowledge == BlockKnowledge.released.rawValue
      ? "The block was freed and its pages left the quarantine; this is the access itself."
      : "The block was freed and its pages are closed; this is the first access to them."
  }

  /// What the records say of a pointer into a block, or to the guard bytes around it.
  private static func certaintyOfInterior(_ violation: ViolationEntry) -> String {
    let state = violation.freed.operation == 0 ? "is in use" : "was freed"
    let isInside = 0..<Int64(clamping: violation.blockByteCount) ~= violation.distance
    return isInside
      ? "The pointer points into a block that \(state), not at its start."
      : "The pointer points to the guard bytes of a block that \(state), not at its start."
  }

  /// How sure the layer is of what it says.
  static func certainty(_ violation: ViolationEntry) -> String {
    if violation.access != 0 { return certaintyOfFault(violation) }
    return
      switch (
        ViolationKind(rawValue: violation.kind), BlockKnowledge(rawValue: violation.knowledge)
      )
    {
    case (.overflow, .live), (.underflow, .live):
      "The block is in use and its guard bytes are damaged: the write came before this check."
    case (.overflow, _), (.underflow, _):
      "The guard bytes of the freed block are damaged: the write came before this check."
    case (.writeAfterFree, _):
      "The freed block was filled and is changed: the write came between the free and this check."
    case (.invalidFree, _):
      "No block, in use or freed, holds this address as far as the records go back."
    case (.familyMismatch, _):
      "The block is in use, and each family of functions takes back its own blocks alone."
    case (_, .released):
      "The block was freed and its memory given back; what is shown is its last history."
    case (_, .quarantined):
      "The block was freed and not given out again."
    case (_, .interior): certaintyOfInterior(violation)
    case (_, .live):
      "The block is in use."
    default:
      "No block is known at this address."
    }
  }
}
