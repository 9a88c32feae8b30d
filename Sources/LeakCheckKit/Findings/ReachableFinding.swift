// Blocks of one site that were in use at the end and that something reached: no leak, but memory.

/// Blocks in use that something reaches, of one site.
public struct ReachableFinding: Sendable {
  /// How many blocks.
  public var blockCount: UInt64
  /// How many bytes they asked for.
  public var byteCount: UInt64
  /// What allocated them.
  public var stack: ResolvedStack

  /// What a person reads first.
  public var firstLine: String {
    "still reachable: \(counted(blockCount, "block")), \(byteQuantity(byteCount))"
  }
}
