// The one place that turns bytes of a recording into integers: every read is checked against the
// end.
import RecordingFormat

#if _endian(big)
  #error("The entries are read as they stand in the file, which is little-endian.")
#endif

/// A cursor over a part of the bytes of a recording.
struct ByteReader {
  private let bytes: [UInt8]
  /// Where the next read begins.
  private(set) var offset: Int
  /// The first byte that this reader may not read.
  let end: Int
  /// What an error names.
  let section: SectionKind?

  /// A reader of `bytes` from `offset` to `end`; both are in range by the caller's check.
  init(_ bytes: [UInt8], from offset: Int, to end: Int, section: SectionKind?) {
    self.bytes = bytes
    self.offset = offset
    self.end = end
    self.section = section
  }

  /// The byte count of the whole file.
  var wholeByteCount: Int { bytes.count }

  /// How many bytes are left.
  var remaining: Int { end - offset }

  /// An error at the next byte.
  func failure(_ kind: RecordingError.Kind) -> RecordingError {
    RecordingError(kind, byteOffset: offset, section: section)
  }

  /// The next integer or entry of fixed length: every pattern of bits is one.
  mutating func read<Value: BitwiseCopyable>(
    _ type: Value.Type
  ) throws(RecordingError) -> Value {
    let size = MemoryLayout<Value>.size
    guard remaining >= size else { throw failure(.truncated) }
    // The entries are structs of integers, and the bounds were checked on the line above.
    let value = unsafe bytes.span.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: type)
    offset += size
    return value
  }

  /// The next `count` bytes.
  mutating func readBytes(_ count: UInt32) throws(RecordingError) -> [UInt8] {
    guard remaining >= Int(count) else { throw failure(.badByteCount(UInt64(count))) }
    defer { offset += Int(count) }
    return Array(bytes[offset..<(offset + Int(count))])
  }

  /// Skips `count` bytes.
  mutating func skip(_ count: Int) throws(RecordingError) {
    guard count >= 0, remaining >= count else { throw failure(.truncated) }
    offset += count
  }

  /// Skips to the next multiple of ``RecordingFormat/alignment``.
  mutating func align() throws(RecordingError) {
    let past = offset % RecordingFormat.alignment
    if past != 0 { try skip(RecordingFormat.alignment - past) }
  }
}
