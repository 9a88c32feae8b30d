// `zleakcheck run`: check, start, wait, read what was recorded, report, and decide the exit status.
import Glibc
import Recording

/// One run of a program under the layer.
public struct Run {
  private let request: RunRequest
  private var problems: [String] = []
  private var remarks: [String] = []

  /// Makes a run of what was asked for.
  public init(_ request: RunRequest) { self.request = request }

  /// Runs the program and reports.
  ///
  /// - Returns: The exit status of the process.
  public mutating func execute() -> Int32 {
    let program: CheckedProgram
    let library: PreloadLibrary
    let folder: PrivateFolder
    let end: ProgramEnd
    let identifier: pid_t
    do {
      program = try CheckedProgram(request.command[0])
      library = try PreloadLibrary()
      folder = try PrivateFolder()
    } catch {
      problems.append("\(error)")
      return report([], nil, watched: [])
    }
    remarks += program.warnings
    let environment = library.environment(
      from: currentEnvironment(), options: request.options, folder: folder.path)
    let hasOptions = request.options != nil || environmentValue("ZMALLOC_DEBUG") != nil
    guard !hasOptions || OptionCheck.accepts(environment) else {
      folder.remove()
      return ExitStatus.usage
    }
    do throws(Refusal) {
      let process = try WatchedProcess(
        path: program.path, arguments: request.command, environment: environment)
      identifier = process.identifier
      end = process.wait()
    } catch {
      folder.remove()
      problems.append("\(error)")
      return report([], nil, watched: [])
    }
    var shelf = RecordingShelf(folder)
    problems += shelf.problems
    checkWatched(shelf.recordings, identifier, end)
    if let only = request.only { keepOnly(only, &shelf) }
    let isEmptied = keep(&shelf)
    let status = report(
      shelf.recordings.filter { $0.hasFindings || request.keepsAll }, end, watched: shelf.recordings
    )
    if isEmptied { folder.remove() }
    return status
  }

  /// Says so when the program itself was not watched: silence must never mean that nothing was
  /// found.
  private mutating func checkWatched(
    _ recordings: [ShelvedRecording], _ identifier: pid_t, _ end: ProgramEnd
  ) {
    let name = lastPart(request.command[0])
    let own = recordings.filter { $0.processID == UInt64(identifier) }
    let isWatched = own.contains { $0.recording.meta.number(.allocationCount) ?? 0 > 0 }
    if isWatched { return }
    if case .signalled(let signal) = end, own.isEmpty {
      let name = signalName(UInt32(signal))
      remarks.append("the program was ended by \(name): there is no recording of it")
      return
    }
    if let only = request.only, unsafe fnmatch(only, name, 0) != 0 { return }
    if own.isEmpty {
      problems.append(
        "\(name) could not be watched: it wrote no recording (it may have replaced itself by a "
          + "static program, cleared its environment, or ended without passing through libc)")
    } else {
      problems.append(
        "\(name) could not be watched: it never called our malloc (it has an allocator of its own, "
          + "or allocates nothing)")
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
        try shelf.keep(index)
      } catch {
        remarks.append("\(error); the recording stays at \(shelf.recordings[index].path)")
        isEmptied = false
      }
    }
    if isEmptied { return true }
    // Only the clean ones go.
    for entry in shelf.recordings where !entry.hasFindings && !request.keepsAll {
      unsafe unlink(entry.path)
    }
    return false
  }

  private func report(
    _ shown: [ShelvedRecording], _ end: ProgramEnd?, watched: [ShelvedRecording]
  ) -> Int32 {
    var status = ExitStatus.of(
      end, isFailed: !problems.isEmpty, hasViolations: watched.contains(where: \.hasViolations),
      hasLeaks: watched.contains(where: \.hasLeaks))
    let finder = SymbolizerSearch.find().map { LLVMSymbolizer(path: $0) }
    let reports = shown.map { entry in
      Report(
        entry.recording,
        ReportRequest(
          file: entry.path, leakEntryLimit: request.format == .json ? nil : request.leakEntryLimit,
          symbolizer: finder))
    }
    let text =
      switch request.format {
      case .json:
        JSONReport.document(
          reports, exitStatus: status, programStatus: end?.shellStatus, problems: problems,
          remarks: remarks, watched: WatchedSummary(watched.map(\.recording))
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
    if !watched.isEmpty {
      text += "zleakcheck: \(WatchedSummary(watched.map(\.recording)).sentence)\n"
    }
    for report in reports { text += "zleakcheck: recorded in \(shellQuoted(report.file))\n" }
    return text
  }

  /// A report in a file must not hide that the work could not be done.
  private func announce(_ problems: [String]) throws(SystemError) {
    for sentence in problems {
      try OutputFile.standardError.write("zleakcheck: \(printable(sentence))\n")
    }
  }
}
