// Recordings from files, for the commands that read several: what cannot be read is told at the end
// and keeps none of the others back.
import Recording

/// Recordings that are read one after another, and what went wrong.
struct RecordingFiles {
  /// Sentences about what could not be read or done.
  private(set) var problems: [String] = []

  /// Reads files and hands on each recording.
  mutating func read(_ files: [String], _ take: (_ file: String, Recording) throws -> Void) {
    for file in files {
      do {
        try take(file, try Recording(decoding: OpenFile.contents(of: file)))
      } catch let error as RecordingError {
        problems.append("\(file): \(error)")
      } catch {
        problems.append("\(error)")
      }
    }
  }

  /// Adds more sentences.
  mutating func note(_ sentences: [String]) { problems += sentences }

  /// Writes what a command has to say, and after it the problems on standard error.
  ///
  /// - Returns: 0, or 70 when there were problems or the text could not be written.
  func deliver(_ text: String, to output: OutputFile) -> Int32 {
    do throws(SystemError) {
      try output.write(text)
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
