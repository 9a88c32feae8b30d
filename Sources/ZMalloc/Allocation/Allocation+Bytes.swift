// The bytes of an allocation, as spans: they cannot outlive the call, and each access is checked.
// Properties that return spans are not offered: their lifetimes need an experimental feature still.

public import ZMallocCore

extension Allocation {
  /// Reads the bytes.
  ///
  /// - Parameter body: Gets all of them, ``byteCount``.
  /// - Returns: What the body returns.
  /// - Throws: What the body throws.
  @inlinable
  public borrowing func withBytes<Value: ~Copyable, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let bytes = unsafe UnsafeRawBufferPointer(block.buffer)
    return try body(unsafe RawSpan(_unsafeBytes: bytes))
  }

  /// Writes and reads the bytes.
  ///
  /// C functions get them by the span's `withUnsafeMutableBytes`.
  ///
  /// - Parameter body: Gets all of them, ``byteCount``.
  /// - Returns: What the body returns.
  /// - Throws: What the body throws; what was written until then stays.
  @inlinable
  public mutating func withMutableBytes<Value: ~Copyable, Failure: Error>(
    _ body: (inout MutableRawSpan) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    var bytes = unsafe MutableRawSpan(_unsafeBytes: block.buffer)
    return try body(&bytes)
  }
}
