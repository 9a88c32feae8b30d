// From bytes to a recording: the frame first, then each section, then what ties sections together.
import RecordingFormat

extension Recording {
  /// Decodes a recording, from any bytes at all.
  ///
  /// Takes O(*n* log *n*) time and memory of a small multiple of the bytes: every count is compared
  /// with the bytes that are there before anything is reserved. Entries that are longer than this
  /// reader knows lose their rest; sections of an unknown kind are skipped.
  ///
  /// - Parameter bytes: The whole file.
  /// - Throws: ``RecordingError`` with the place.
  public init(decoding bytes: [UInt8]) throws(RecordingError) {
    self.init()
    var places = SectionPlaces()
    var reader = ByteReader(bytes, from: 0, to: bytes.count, section: nil)
    try Self.readHeader(&reader)
    var isEnded = false
    while !isEnded {
      guard reader.remaining > 0 else { throw reader.failure(.missingEnd) }
      let start = reader.offset
      let head = try SectionHead(&reader)
      let payload = ByteReader(
        bytes, from: reader.offset, to: reader.offset + head.payloadByteCount, section: head.kind)
      if let kind = head.kind {
        guard places.note(kind, at: reader.offset, head: head) else {
          throw RecordingError(.repeatedSection, byteOffset: start, section: kind)
        }
        try read(kind, head, payload)
        isEnded = kind == .end
      }
      try reader.skip(head.payloadByteCount)
      if !isEnded { try reader.align() }
    }
    guard reader.remaining == 0 else {
      throw reader.failure(.badByteCount(UInt64(reader.remaining)))
    }
    try checkReferences(places)
  }

  private static func readHeader(_ reader: inout ByteReader) throws(RecordingError) {
    guard reader.remaining >= 8 else {
      throw reader.failure(reader.remaining == 0 ? .truncated : .foreignMagic)
    }
    guard try reader.read(UInt64.self) == RecordingFormat.magic else {
      throw RecordingError(.foreignMagic, byteOffset: 0, section: nil)
    }
    let version = try reader.read(UInt32.self)
    guard version == RecordingFormat.version else {
      throw RecordingError(.otherVersion(version), byteOffset: 8, section: nil)
    }
    let headerByteCount = try reader.read(UInt32.self)
    guard headerByteCount >= RecordingFormat.headerByteCount,
      Int(headerByteCount) % RecordingFormat.alignment == 0
    else {
      throw RecordingError(.badByteCount(UInt64(headerByteCount)), byteOffset: 12, section: nil)
    }
    try reader.skip(Int(headerByteCount) - RecordingFormat.headerByteCount)
  }

  private mutating func read(
    _ kind: SectionKind, _ head: SectionHead, _ payload: ByteReader
  ) throws(RecordingError) {
    switch kind {
    case .meta: try readMeta(head, payload)
    case .modules: try readModules(head, payload)
    case .stacks: try readStacks(head, payload)
    case .threads: threads = try head.entries(payload)
    case .blocks: blocks = try head.entries(payload)
    case .sites: sites = try head.entries(payload)
    case .siblings: siblings = try head.entries(payload)
    case .violations: violations = try head.entries(payload)
    case .crash:
      let entries: [CrashEntry] = try head.entries(payload)
      guard entries.count <= 1 else {
        throw payload.failure(.badEntryCount(UInt64(entries.count)))
      }
      crash = entries.first
    case .faults: faults = try head.entries(payload)
    case .marks: marks = try head.entries(payload)
    case .points: points = try head.entries(payload)
    case .earlierLives: earlierLives = try head.entries(payload)
    case .observations: observations = try head.entries(payload)
    case .descriptors: try readDescriptors(head, payload)
    case .end:
      let counts: [UInt64] = try head.entries(payload)
      guard let count = counts.first, counts.count == 1 else {
        throw payload.failure(.badEntryCount(UInt64(counts.count)))
      }
      guard count == UInt64(payload.wholeByteCount) else {
        throw payload.failure(.wrongEnd(count))
      }
    }
  }
}
