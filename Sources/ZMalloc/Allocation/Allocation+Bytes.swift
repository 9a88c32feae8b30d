// The bytes of an allocation, as spans: they cannot outlive it, and each access is checked.

public import ZMallocCore

extension Allocation {
  /// The bytes, to read: all of them, ``byteCount``.
  ///
  /// While the span lives the allocation can be neither changed nor given away.
  @inlinable
  public var bytes: RawSpan {
    @_lifetime(borrow self)
    borrowing get {
      let bytes = unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(block.buffer))
      return unsafe _overrideLifetime(bytes, borrowing: self)
    }
  }

  /// The bytes, to write and to read: all of them, ``byteCount``.
  ///
  /// While the span lives nothing else can be done with the allocation.
  @inlinable
  public var mutableBytes: MutableRawSpan {
    @_lifetime(&self)
    mutating get {
      let bytes = unsafe MutableRawSpan(_unsafeBytes: block.buffer)
      return unsafe _overrideLifetime(bytes, mutating: &self)
    }
  }
}

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
    try body(bytes)
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
    var bytes = mutableBytes
    return try body(&bytes)
  }
}
