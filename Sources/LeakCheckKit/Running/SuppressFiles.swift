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
    var problems: [String] = []
    var lines: Set<String> = []
    let finder = SymbolizerSearch.find().map { LLVMSymbolizer(path: $0) }
    for file in files {
      do {
        let whole = try Recording(decoding: OpenFile.contents(of: file))
        let recording = suppressions.apply(to: whole, symbolizer: finder).recording
        lines.formUnion(
          SuppressionWriter.rules(
            for: recording, until: until, reason: reason, symbolizer: finder))
        let unnamed = SuppressionWriter.unnamedCount(recording)
        if unnamed > 0 {
          problems.append(
            "\(file): \(counted(unnamed, "leak")) \(unnamed == 1 ? "has" : "have") no stack: no "
              + "rule can name \(unnamed == 1 ? "it" : "them")")
        }
      } catch let error as RecordingError {
        problems.append("\(file): \(error)")
      } catch {
        problems.append("\(error)")
      }
    }
    problems = suppressions.problems + problems
    do throws(SystemError) {
      try output.write(lines.sorted().map { $0 + "\n" }.joined())
      for problem in problems {
        try OutputFile.standardError.write("zleakcheck: \(printable(problem))\n")
      }
    } catch {
      try? OutputFile.standardError.write("zleakcheck: \(error)\n")
      return ExitStatus.failed
    }
    return problems.isEmpty ? 0 : ExitStatus.failed
  }
}
