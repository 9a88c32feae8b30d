// What `zleakcheck run` was asked for, validated.

/// The form of a report.
public enum ReportFormat: String, Sendable, CaseIterable {
  /// For people.
  case text
  /// For programs.
  case json
}

/// What `zleakcheck run` was asked for.
public struct RunRequest: Sendable {
  /// Whose status `run` ends with.
  public enum ExitCode: String, Sendable, CaseIterable {
    /// The program's, unless something was found.
    case findings
    /// The program's, always.
    case program
  }

  /// The program and its arguments; never empty.
  public var command: [String]
  /// Words for `ZMALLOC_DEBUG` after those that are there; `nil` for none.
  public var options: String?
  /// The report's form.
  public var format: ReportFormat
  /// Where the report goes.
  public var output: OutputFile
  /// Whose status `run` ends with.
  public var exitCode: ExitCode
  /// Where recordings are kept.
  public var recordingsFolder: String
  /// Recordings without a finding are kept too.
  public var keepsAll: Bool
  /// Only processes whose program's file name matches this pattern count; `nil` for all.
  public var only: String?
  /// The most leak entries of a text report; `nil` for all.
  public var leakEntryLimit: Int?
  /// Files of rules that take leaks out.
  public var suppressionFiles: [String]
  /// Blocks that are in use and not lost are shown too, of every process.
  public var showsReachable = false

  /// Makes a request from its parts.
  public init(
    command: [String], options: String? = nil, format: ReportFormat = .text,
    output: OutputFile = .standardError, exitCode: ExitCode = .findings,
    recordingsFolder: String = ".", keepsAll: Bool = false, only: String? = nil,
    leakEntryLimit: Int? = 50, suppressionFiles: [String] = []
  ) {
    self.command = command
    self.options = options
    self.format = format
    self.output = output
    self.exitCode = exitCode
    self.recordingsFolder = recordingsFolder
    self.keepsAll = keepsAll
    self.only = only
    self.leakEntryLimit = leakEntryLimit
    self.suppressionFiles = suppressionFiles
  }
}

/// A sentence that says why `zleakcheck` could not do its work.
public struct Refusal: Error, Sendable, CustomStringConvertible {
  /// The sentence without its full stop.
  public var description: String

  package init(_ sentence: String) { description = sentence }
}
