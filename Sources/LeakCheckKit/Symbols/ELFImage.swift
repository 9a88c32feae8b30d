// The few things that a report needs of an ELF file: build id, symbols, whether it can be watched.
//
// Any bytes are safe: every offset and count is checked against the file, nothing is read that is
// not there, and the tables have limits. Layouts: System V ABI, "Object Files"; 64-bit,
// little-endian.
import Glibc

/// A 64-bit ELF file, open for reading.
struct ELFImage: ~Copyable {
  /// What one table may have in bytes.
  static let tableByteLimit = 256 << 20

  /// A part of the file, as a program or section header names it.
  struct Part {
    var type: UInt32
    var link: UInt32
    var offset: Int
    var byteCount: Int
  }

  private let file: OpenFile
  /// `e_type`: 2 for a fixed executable, 3 for a library or a movable executable.
  let type: UInt16
  /// `e_machine`.
  let machine: UInt16
  /// Permission bits of the file.
  let mode: mode_t
  let segments: [Part]
  let sections: [Part]

  /// Opens the file at `path`; `nil` when it is no 64-bit little-endian ELF file or lies about its
  /// tables.
  init?(path: String) {
    guard let opened = try? OpenFile(reading: path),
      let header = opened.bytes(at: 0, count: 64),
      header.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1])
    else { return nil }
    type = header.integer(at: 16)
    machine = header.integer(at: 18)
    mode = opened.mode
    let segmentOffset: UInt64 = header.integer(at: 32)
    let sectionOffset: UInt64 = header.integer(at: 40)
    let segmentSize: UInt16 = header.integer(at: 54)
    let segmentCount: UInt16 = header.integer(at: 56)
    let sectionSize: UInt16 = header.integer(at: 58)
    let sectionCount: UInt16 = header.integer(at: 60)
    segments = Self.table(opened, segmentOffset, Int(segmentSize), Int(segmentCount), 56) { entry in
      Part(
        type: entry.integer(at: 0), link: 0, offset: Int(clamping: entry.integer(at: 8) as UInt64),
        byteCount: Int(clamping: entry.integer(at: 32) as UInt64))
    }
    sections = Self.table(opened, sectionOffset, Int(sectionSize), Int(sectionCount), 64) { entry in
      Part(
        type: entry.integer(at: 4), link: entry.integer(at: 40),
        offset: Int(clamping: entry.integer(at: 24) as UInt64),
        byteCount: Int(clamping: entry.integer(at: 32) as UInt64))
    }
    file = opened
  }

  private static func table(
    _ file: borrowing OpenFile, _ offset: UInt64, _ size: Int, _ count: Int, _ minimum: Int,
    _ part: ([UInt8]) -> Part
  ) -> [Part] {
    guard size >= minimum, let bytes = file.bytes(at: Int(clamping: offset), count: size * count)
    else { return [] }
    return (0..<count).map { part(Array(bytes[($0 * size)..<(($0 + 1) * size)])) }
  }

  /// The bytes of a part, `nil` when they are not all there or too many.
  func bytes(of part: Part) -> [UInt8]? {
    guard part.byteCount <= Self.tableByteLimit else { return nil }
    return file.bytes(at: part.offset, count: part.byteCount)
  }

  /// The build id that the linker wrote, empty without one.
  func buildID() -> [UInt8] {
    for part in segments where part.type == 4 && part.byteCount <= 1 << 20 {
      guard let notes = bytes(of: part) else { continue }
      var position = 0
      while position + 12 <= notes.count {
        let nameCount = Int(notes.integer(at: position) as UInt32)
        let valueCount = Int(notes.integer(at: position + 4) as UInt32)
        let type: UInt32 = notes.integer(at: position + 8)
        let name = position + 12
        let value = name + (nameCount + 3) / 4 * 4
        let end = value + valueCount
        guard end <= notes.count else { break }
        if type == 3, notes[name...].starts(with: [0x47, 0x4E, 0x55, 0]) {
          return Array(notes[value..<end])
        }
        position = value + (valueCount + 3) / 4 * 4
      }
    }
    return []
  }

  /// Whether a dynamic linker starts it: it names an interpreter.
  var hasInterpreter: Bool { segments.contains { $0.type == 3 } }
}

extension [UInt8] {
  /// The little-endian integer at `offset`, which is in range by the caller's check.
  func integer<Number: FixedWidthInteger>(at offset: Int) -> Number {
    var number: Number = 0
    for index in 0..<(Number.bitWidth / 8) {
      number |= Number(truncatingIfNeeded: self[offset + index]) << (index * 8)
    }
    return number
  }
}
