// Why some bytes are no recording, and where.
public import RecordingFormat

/// Why bytes are not a recording that this reader can use.
public struct RecordingError: Error, Equatable, Sendable {
  /// What is wrong.
  public enum Kind: Equatable, Sendable {
    /// The bytes end before something that has to be there.
    case truncated
    /// The first bytes are not a recording's.
    case foreignMagic
    /// It is a recording of a grammar that this reader does not know.
    case otherVersion(UInt32)
    /// A byte count cannot be: too small for what it counts, or past its container.
    case badByteCount(UInt64)
    /// An entry count does not fit the bytes that are there.
    case badEntryCount(UInt64)
    /// A section that may stand once stands twice.
    case repeatedSection
    /// The last section is missing: the writer did not finish.
    case missingEnd
    /// The last section does not name the byte count of the file.
    case wrongEnd(UInt64)
    /// A field holds a value that it cannot have.
    case badValue(UInt64)
    /// Two stacks have the same id, or one has the id 0.
    case badStackID
    /// An entry names a stack that is not there.
    case unknownStack(UInt32)
    /// A block's head or parent is out of range, or its head is not the head of a tree.
    case badTree(UInt32)
  }

  /// What is wrong.
  public var kind: Kind
  /// Where in the bytes: the first byte of the field or entry.
  public var byteOffset: Int
  /// In which section; `nil` outside of any that is known.
  public var section: SectionKind?

  /// Makes an error from its parts.
  public init(_ kind: Kind, byteOffset: Int, section: SectionKind?) {
    self.kind = kind
    self.byteOffset = byteOffset
    self.section = section
  }
}

extension RecordingError: CustomStringConvertible {
  /// One sentence without its full stop.
  public var description: String {
    let place = section.map { " in the section \"\($0)\"" } ?? ""
    return "\(reason) (byte \(byteOffset)\(place))"
  }

  private var reason: String {
    switch kind {
    case .truncated: "the recording is cut off"
    case .foreignMagic: "this is not a recording of swift-zmalloc"
    case .otherVersion(let version):
      "the recording has version \(version), this zleakcheck reads \(RecordingFormat.version)"
    case .badByteCount(let count): "a byte count of \(count) cannot be"
    case .badEntryCount(let count): "an entry count of \(count) cannot be"
    case .repeatedSection: "a section stands twice"
    case .missingEnd: "the recording has no end: its writer did not finish"
    case .wrongEnd(let count): "the recording says that it has \(count) bytes and has not"
    case .badValue(let value): "the value \(value) cannot be"
    case .badStackID: "two stacks have the same id, or one has the id 0"
    case .unknownStack(let id): "stack \(id) is not in the recording"
    case .badTree(let index): "block \(index) is no head or parent of a lost tree"
    }
  }
}
