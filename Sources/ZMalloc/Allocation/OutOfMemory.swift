// The error of the Swift interface: memory ran out.

/// Memory ran out, or a request was larger than any memory.
///
/// What was asked to allocate or grow is as it was before.
@frozen
public struct OutOfMemory: Error, Equatable, Sendable {
  /// The bytes that were asked for.
  public let byteCount: Int

  /// An error for a request of so many bytes.
  @inlinable
  public init(byteCount: Int) {
    self.byteCount = byteCount
  }
}

#if !hasFeature(Embedded)
  extension OutOfMemory: CustomStringConvertible {
    /// One clause for people, with the size.
    public var description: String {
      "memory ran out: a block of \(byteCount) bytes was not to be had"
    }
  }
#endif
