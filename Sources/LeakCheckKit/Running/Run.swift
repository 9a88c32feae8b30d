// `zleakcheck run`: check, start, wait, read what was recorded, report, and decide the exit status.
import Glibc
import Recording

/// One run of a program under the layer.
public struct Run {
  let request: RunRequest
  /// What could not be done, one sentence each.
  var problems: [String] = []
  /// What else a person should know, one sentence each.
  var remarks: [String] = []
  /// The rules that take leaks out, and what they did.
  var suppressions = Suppressions()

  /// Makes a run of what was asked for.
  public init(_ request: RunRequest) { self.request = request }

  /// Runs the program and reports.
  ///
  /// - Returns: The exit status of the process.
  public mutating func execute() -> Int32 {
    let program: CheckedProgram
    let library: PreloadLibrary
    let folder: PrivateFolder
    do {
      program = try CheckedProgram(request.command[0])
      library = try PreloadLibrary()
      try checkRecordingsFolder()
      try readSuppressions()
      folder = try PrivateFolder()
    } catch {
      problems.append("\(error)")
      return report([], nil, watched: [])
    }
    remarks += program.warnings
    remarks += SanitizerOptions(environmentValue("LSAN_OPTIONS") ?? "").remarks
    let environment = library.environment(
      from: currentEnvironment(), options: request.options,
      adding: PreloadLibrary.words(recordingsIn: folder.path))
    let hasOptions = request.options != nil || environmentValue("ZMALLOC_DEBUG") != nil
    guard !hasOptions || OptionCheck.accepts(environment) else {
      folder.remove()
      return ExitStatus.usage
    }
    do throws(Refusal) {
      let process = try WatchedProcess(
        path: program.path, arguments: request.command, environment: environment)
      return finish(folder, process.wait(), process.identifier)
    } catch {
      folder.remove()
      problems.append("\(error)")
      return report([], nil, watched: [])
    }
  }

  /// Reads what was recorded, keeps what is worth it, and reports.
  private mutating func finish(
    _ folder: PrivateFolder, _ end: ProgramEnd, _ identifier: pid_t
  ) -> Int32 {
    var shelf = RecordingShelf(folder)
    problems += shelf.problems
    checkWatched(shelf, identifier, end)
    if let only = request.only { keepOnly(only, &shelf) }
    suppress(&shelf)
    let isEmptied = keep(&shelf)
    let isStillUsed = remarkDrafts(
      shelf.drafts.filter { $0.processID != UInt64(identifier) }, folder)
    let status = report(
      shelf.recordings.filter { $0.hasFindings || request.keepsAll }, end, watched: shelf.recordings
    )
    if isEmptied && !isStillUsed { folder.remove() }
    return status
  }

  /// Whether recordings will find their place, asked before the program runs.
  private func checkRecordingsFolder() throws(Refusal) {
    let folder = request.recordingsFolder
    guard let status = FileStatus(of: folder) else {
      throw Refusal("cannot keep recordings in \(folder): \(SystemError.text(errno))")
    }
    guard status.isFolder else {
      throw Refusal("cannot keep recordings in \(folder): it is no folder")
    }
  }

  private mutating func keepOnly(_ pattern: String, _ shelf: inout RecordingShelf) {
    let count = shelf.recordings.count
    shelf.keepOnly(pattern)
    if shelf.recordings.isEmpty {
      problems.append(
        "no process matches --only \(pattern) (\(counted(count, "process", "processes")) watched)")
    }
  }

  /// Moves what is worth keeping out of the private folder; `false` when something had to stay
  /// there.
  private mutating func keep(_ shelf: inout RecordingShelf) -> Bool {
    // What cannot be read stays where it is, for whoever looks into it.
    var isEmptied = shelf.problems.isEmpty
    for index in shelf.recordings.indices {
      guard shelf.recordings[index].hasFindings || request.keepsAll else { continue }
      do throws(SystemError) {
        try shelf.keep(index, in: request.recordingsFolder)
      } catch {
        remarks.append("\(error); the recording stays at \(shelf.recordings[index].path)")
        isEmptied = false
      }
    }
    // Those without a finding go in any case: the folder may have to stay.
    for entry in shelf.recordings where !entry.hasFindings && !request.keepsAll {
      unsafe unlink(entry.path)
    }
    return isEmptied
  }

  private func report(
    _ shown: [ShelvedRecording], _ end: ProgramEnd?, watched: [ShelvedRecording]
  ) -> Int32 {
    var status = ExitStatus.of(
      end, isFailed: !problems.isEmpty, hasViolations: watched.contains(where: \.hasViolations),
      hasLeaks: watched.contains(where: \.hasLeaks), leaks: leakStatus(watched))
    let finder = SymbolizerSearch.find().map { LLVMSymbolizer(path: $0) }
    let reports = shown.map { entry in
      var request = ReportRequest(
        file: entry.path,
        leakEntryLimit: self.request.format == .json ? nil : self.request.leakEntryLimit,
        symbolizer: finder, suppressed: entry.suppressed)
      request.knownRemarks = remarks
      request.showsReachable = self.request.showsReachable
      return Report(entry.recording, request)
    }
    let text =
      switch request.format {
      case .json:
        JSONReport.document(
          reports, exitStatus: status, programStatus: end?.shellStatus, problems: problems,
          remarks: remarks, watched: WatchedSummary(watched.map(\.recording)),
          suppressions: suppressions.uses
        ).rendered()
      case .text: self.text(reports, watched)
      }
    do throws(SystemError) {
      try request.output.write(text)
      if request.format == .text, request.output != .standardError { try announce(problems) }
    } catch {
      try? OutputFile.standardError.write("zleakcheck: \(error)\n")
      status = ExitStatus.failed
    }
    guard request.exitCode == .program, let end else { return status }
    return end.shellStatus
  }

  private func text(_ reports: [Report], _ watched: [ShelvedRecording]) -> String {
    var renderer = TextReport(style: TextStyle(for: request.output))
    var text = reports.map { renderer.render($0) + "\n" }.joined()
    for sentence in remarks + problems { text += "zleakcheck: \(printable(sentence))\n" }
    // Of processes that never called our malloc there is nothing to say that was or was not found.
    if watched.contains(where: \.isWatched) {
      text += "zleakcheck: \(WatchedSummary(watched.map(\.recording)).sentence)\n"
    }
    // The others name it among their next commands.
    for report in reports where report.commands.isEmpty {
      text += "zleakcheck: recorded in \(shellQuoted(report.file))\n"
    }
    return text
  }

  /// A report in a file must not hide that the work could not be done.
  private func announce(_ problems: [String]) throws(SystemError) {
    for sentence in problems {
      try OutputFile.standardError.write("zleakcheck: \(printable(sentence))\n")
    }
  }
}
