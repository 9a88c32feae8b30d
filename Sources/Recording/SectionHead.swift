// The head of a section, and where the sections of one recording stand.
import RecordingFormat

/// The head of a section, checked against the bytes that follow it.
struct SectionHead {
  /// What the section holds, `nil` when this reader does not know the kind.
  let kind: SectionKind?
  let entryCount: UInt32
  let entryByteCount: UInt32
  let payloadByteCount: Int

  /// Reads a head; the payload is in range afterwards.
  init(_ reader: inout ByteReader) throws(RecordingError) {
    let start = reader.offset
    kind = SectionKind(rawValue: try reader.read(UInt32.self))
    entryCount = try reader.read(UInt32.self)
    entryByteCount = try reader.read(UInt32.self)
    _ = try reader.read(UInt32.self)
    let byteCount = try reader.read(UInt64.self)
    guard byteCount <= UInt64(reader.remaining) else {
      throw RecordingError(.badByteCount(byteCount), byteOffset: start + 16, section: kind)
    }
    payloadByteCount = Int(byteCount)
  }

  /// The entries of a section of fixed ones.
  func entries<Entry: BitwiseCopyable>(
    _ payload: ByteReader
  ) throws(RecordingError) -> [Entry] {
    let size = MemoryLayout<Entry>.size
    if entryCount == 0 { return [] }
    guard Int(entryByteCount) >= size else {
      throw payload.failure(.badByteCount(UInt64(entryByteCount)))
    }
    // Divided, not multiplied: the product of two lies may not fit 64 bits.
    guard Int(entryCount) <= payloadByteCount / Int(entryByteCount) else {
      throw payload.failure(.badEntryCount(UInt64(entryCount)))
    }
    var payload = payload
    var entries: [Entry] = []
    entries.reserveCapacity(Int(entryCount))
    for _ in 0..<entryCount {
      entries.append(try payload.read(Entry.self))
      try payload.skip(Int(entryByteCount) - size)
    }
    return entries
  }

  /// Checks that a section of variable entries can hold as many as it says.
  func checkCount(
    _ payload: ByteReader, ofAtLeast minimum: Int
  ) throws(RecordingError) {
    guard Int(entryCount) <= payloadByteCount / minimum else {
      throw payload.failure(.badEntryCount(UInt64(entryCount)))
    }
  }
}

/// Where the sections stand: each kind at most once.
struct SectionPlaces {
  private var places: [SectionKind: (offset: Int, entryByteCount: Int)] = [:]

  /// Notes a section; `false` when its kind was there before.
  mutating func note(_ kind: SectionKind, at offset: Int, head: SectionHead) -> Bool {
    guard places[kind] == nil else { return false }
    places[kind] = (offset, Int(head.entryByteCount))
    return true
  }

  /// An error at the entry `index` of a section of fixed entries.
  func failure(
    _ kind: RecordingError.Kind, _ section: SectionKind, index: Int
  ) -> RecordingError {
    let place = places[section] ?? (0, 0)
    return RecordingError(
      kind, byteOffset: place.offset + index * place.entryByteCount, section: section)
  }
}
