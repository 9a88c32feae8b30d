// Allocations that failed on purpose, as the report tells them.
public import Recording

/// An allocation that failed on purpose.
public struct FaultFinding: Sendable {
  /// Which injected failure it is, from 1.
  public var number: UInt32
  /// Its number among the allocations that the plan counts.
  public var point: UInt64
  /// The bytes asked for.
  public var byteCount: UInt64
  /// Which functions it was asked of.
  public var family: AllocationFamily
  /// Where and when.
  public var moment: Moment

  /// What was asked for, as in `malloc of 24 bytes`.
  public var request: String {
    let name =
      switch family {
      case .malloc: "malloc"
      case .zmalloc: "zmalloc"
      case .new: "new"
      case .newArray: "new[]"
      case .newAligned: "aligned new"
      case .newArrayAligned: "aligned new[]"
      case .unknown: "allocation"
      }
    return "\(name) of \(counted(byteCount, "byte"))"
  }
}

/// The allocation that failed on purpose before something else happened.
public struct EarlierFault: Sendable {
  /// Which injected failure it is, from 1.
  public var number: UInt32
  /// What is known of it; `nil` past the limit of the recording's table.
  public var fault: FaultFinding?

  /// As in `after the failed allocation #37 at parse.c:210 (malloc of 24 bytes)`.
  public var sentence: String {
    guard let fault else { return "after the injected failure \(number)" }
    let place = fault.moment.stack.culprit.map { " at " + placeName($0) } ?? ""
    return "after the failed allocation #\(fault.point)\(place) (\(fault.request))"
  }
}
