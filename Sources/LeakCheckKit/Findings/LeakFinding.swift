// A leak as the report tells it: one root cause, what it loses, where it came from.
public import Recording

/// One root cause of lost blocks.
public struct LeakFinding: Sendable {
  /// Blocks that the roots hold, from one site.
  public struct Child: Sendable {
    /// How many.
    public var blockCount: Int
    /// How many bytes they asked for.
    public var byteCount: UInt64
    /// Where they were allocated, `nil` when no frame is known.
    public var culprit: Frame?
  }

  /// A lost block.
  public struct Object: Sendable {
    /// The address that the program got.
    public var address: UInt64
    /// The bytes that it asked for.
    public var byteCount: UInt64
  }

  /// What the leak scan says of the heads.
  public var state: BlockState
  /// How many heads.
  public var rootCount: Int
  /// The bytes of each head when all are equal, else `nil`.
  public var rootByteCount: UInt64?
  /// All blocks: heads and what they hold.
  public var blockCount: Int
  /// All bytes: what comes back when the heads are freed.
  public var byteCount: UInt64
  /// The first head's address.
  public var firstAddress: UInt64
  /// How many blocks form the first head's circle; 0 when it is none or not known.
  public var cycleLength: Int
  /// Where the heads were allocated, and when the first.
  public var allocated: Moment
  /// Blocks below the heads by site, most bytes first, the first few.
  public var children: [Child]
  /// How many sites the blocks below the heads have.
  public var childSiteCount: Int
  /// Where the other blocks of the heads' site were freed; `nil` where none was.
  public var freedSiblings: FreedSiblings?
  /// The failed allocation before the first head was allocated; `nil` without one.
  public var faultBefore: EarlierFault?
  /// The heads themselves, where they were asked for, ascending by operation.
  public var objects: [Object] = []
  /// The stable name.
  public var fingerprint: Fingerprint

  /// The first line: how much, and how it hangs together.
  public var firstLine: String {
    let verb = state == .unfreed ? "not freed" : "leak"
    let total = "\(counted(blockCount, "block")), \(byteQuantity(byteCount))"
    let held = blockCount - rootCount
    if blockCount == 1 {
      let end = state == .cycle ? " that points at itself" : ""
      return "\(verb): 1 block of \(byteQuantity(byteCount))\(end)"
    }
    return "\(verb): \(total): \(heads(heldBlockCount: held))"
  }

  private func heads(heldBlockCount held: Int) -> String {
    if state == .cycle {
      let around = cycleLength > 1 ? " of \(counted(cycleLength, "block"))" : ""
      let cycles = rootCount == 1 ? "1 cycle\(around)" : "\(grouped(rootCount)) cycles"
      if held == 0 { return cycles }
      guard rootCount == 1, cycleLength > 1 else {
        return "\(cycles) and what \(rootCount == 1 ? "it holds" : "they hold")"
      }
      let others = blockCount - cycleLength
      return others > 0 ? "\(cycles) holds \(counted(others, "other block"))" : cycles
    }
    let noun = state == .unfreed ? "block" : "root"
    let size = rootByteCount.map { " of \(byteQuantity($0))" } ?? " of different sizes"
    let each = rootCount > 1 && rootByteCount != nil ? " each" : ""
    let roots = counted(rootCount, noun) + size + each
    if held == 0 { return roots }
    return "\(roots) \(rootCount == 1 ? "holds" : "hold") \(counted(held, "block"))"
  }
}
