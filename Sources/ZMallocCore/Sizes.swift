// Sizes as they arrive from C, checked once, first.

/// A request for bytes that passed the checks of the contract.
@frozen
public struct Request {
  /// What was asked for, below `SIZE_MAX / 2`.
  public let byteCount: Int

  /// Checks a size.
  ///
  /// `size_t` arrives in Swift as `Int`, so `SIZE_MAX` arrives as -1; the check is made on the bit
  /// pattern. `SIZE_MAX / 2` and more gives nil: such a request fails without asking the backend.
  ///
  /// - Parameter size: Bytes, any value.
  @inlinable
  public init?(_ size: Int) {
    guard UInt(bitPattern: size) < UInt.max / 2 else { return nil }
    byteCount = size
  }

  /// The size of `count` elements of `size` bytes.
  ///
  /// - Returns: `SIZE_MAX`, which no allocation can meet, when the product overflows and, as redis
  ///   does, when `size` is 0.
  @inlinable
  public static func counted(_ count: Int, _ size: Int) -> Int {
    let (bytes, overflow) = UInt(bitPattern: count).multipliedReportingOverflow(
      by: UInt(bitPattern: size))
    return overflow || size == 0 ? -1 : Int(bitPattern: bytes)
  }
}
