// The rules of a run: read before the program starts, applied to what it recorded.
import Recording

extension Run {
  /// Reads the rules that the command names, and those that LSAN_OPTIONS names.
  ///
  /// A mistake in them is told before the program runs.
  mutating func readSuppressions() throws(Refusal) {
    suppressions = Suppressions(files: request.suppressionFiles)
    if let problem = suppressions.problems.first { throw Refusal(problem) }
    let options = SanitizerOptions(environmentValue("LSAN_OPTIONS") ?? "")
    // Another one may stand beside the program: then it is read when that is known.
    guard let file = options.suppressions, FileStatus(of: file) != nil else { return }
    if let problem = Suppressions(files: [file]).problems.first { throw Refusal(problem) }
  }

  /// Takes out what the rules name, and says what no report will show.
  mutating func suppress(_ shelf: inout RecordingShelf) {
    let finder = SymbolizerSearch.find().map { LLVMSymbolizer(path: $0) }
    shelf.suppress(&suppressions, finder)
    problems += suppressions.problems
    for entry in shelf.recordings where !entry.hasFindings && !request.keepsAll {
      guard SanitizerOptions(entry.recording.meta).printsSuppressions else { continue }
      remarks += entry.suppressed.map { "\(entry.programName): suppressed \($0.sentence)" }
    }
    remarks += suppressions.remarks
  }

  /// The status for leaks: LSAN_OPTIONS may name one, unless ZMALLOC_DEBUG's words say what is
  /// wanted.
  func leakStatus(_ watched: [ShelvedRecording]) -> Int32 {
    guard let entry = watched.first(where: \.hasLeaks) else { return ExitStatus.leaks }
    let meta = entry.recording.meta
    let words = optionWords(userOptions(meta.string(.options) ?? ""))
    if words.contains(where: { $0.hasPrefix("exit=") }) { return ExitStatus.leaks }
    return SanitizerOptions(meta).exitStatus ?? ExitStatus.leaks
  }
}
