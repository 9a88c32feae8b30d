// What turns addresses into names and lines: the requests, the answers, and the protocol between
// them.

/// A place in a source file.
public struct SourceLocation: Sendable, Hashable {
  /// The path as the compiler noted it.
  public var file: String
  /// The line, from 1.
  public var line: Int
  /// The column, from 1; `nil` when it is not known.
  public var column: Int?
}

/// One function at an address: an address inside inlined code has several, innermost first.
public struct SymbolFrame: Sendable, Equatable {
  /// The linker's name of the function, `nil` when it is not known.
  public var linkerName: String?
  /// Where in the source, `nil` when it is not known.
  public var location: SourceLocation?

  package init(linkerName: String?, location: SourceLocation?) {
    self.linkerName = linkerName
    self.location = location
  }
}

/// The addresses of one module that are asked for.
public struct SymbolRequest: Sendable {
  /// The module's file.
  public var path: String
  /// Addresses as the file counts them, ascending and distinct.
  public var addresses: [UInt64]
}

/// What a symbolizer found.
public struct SymbolAnswer: Sendable {
  /// For each request, for each address: the functions there; empty where nothing is known.
  public var frames: [[[SymbolFrame]]]
  /// A sentence for the report when it could not do all of its work.
  public var note: String?
}

/// Something that turns addresses into names and lines, all of a report in one go.
public protocol Symbolizer {
  /// Looks all addresses up.
  func symbolize(_ requests: [SymbolRequest]) -> SymbolAnswer
}
