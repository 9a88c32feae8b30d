// `zleakcheck suppress`: rules for the leaks of recordings.
import Recording

/// Recordings to write rules for.
public struct SuppressFiles: Sendable {
  /// The files.
  public var files: [String]
  /// Where the rules go.
  public var output: OutputFile
  /// Files of rules that are there already: what they take out gets no new one.
  public var suppressionFiles: [String]
  /// The last day of the rules; `nil` for none.
  public var until: CalendarDay?
  /// Why they are there; `nil` leaves that to the reader.
  public var reason: String?

  /// Makes a request from its parts.
  public init(
    files: [String], output: OutputFile, suppressionFiles: [String], until: CalendarDay?,
    reason: String?
  ) {
    self.files = files
    self.output = output
    self.suppressionFiles = suppressionFiles
    self.until = until
    self.reason = reason
  }

  /// Writes the rules.
  ///
  /// - Returns: 0, or 70 when a file could not be read or a leak has no frame that a rule can name.
  public func execute() -> Int32 {
    var suppressions = Suppressions(files: suppressionFiles)
    var reader = RecordingFiles()
    reader.note(suppressions.problems)
    var unnamed: [String] = []
    var lines: Set<String> = []
    let finder = SymbolizerSearch.find().map { LLVMSymbolizer(path: $0) }
    reader.read(files) { file, whole in
      let recording = suppressions.apply(to: whole, symbolizer: finder).recording
      lines.formUnion(
        SuppressionWriter.rules(for: recording, until: until, reason: reason, symbolizer: finder))
      let count = SuppressionWriter.unnamedCount(recording)
      if count > 0 {
        unnamed.append(
          "\(file): \(counted(count, "leak")) \(count == 1 ? "has" : "have") no stack: no "
            + "rule can name \(count == 1 ? "it" : "them")")
      }
    }
    reader.note(unnamed)
    return reader.deliver(lines.sorted().map { $0 + "\n" }.joined(), to: output)
  }
}
