// `zleakcheck report`: recordings from files, shown again.
import Recording

/// Recordings to show.
public struct ReportFiles: Sendable {
  /// The files.
  public var files: [String]
  /// The report's form.
  public var format: ReportFormat
  /// Where the report goes.
  public var output: OutputFile
  /// The most leak entries of a text report; `nil` for all.
  public var leakEntryLimit: Int?
  /// Files of rules that take leaks out.
  public var suppressionFiles: [String]
  /// Only what was allocated since this mark; `nil` for all.
  public var since: MarkChoice?

  /// Blocks that are in use and not lost are shown too.
  public var showsReachable = false

  /// Makes a request from its parts.
  public init(
    files: [String], format: ReportFormat, output: OutputFile, leakEntryLimit: Int?,
    suppressionFiles: [String] = []
  ) {
    self.suppressionFiles = suppressionFiles
    self.files = files
    self.format = format
    self.output = output
    self.leakEntryLimit = leakEntryLimit
  }

  /// Shows the recordings.
  ///
  /// - Returns: 0, or 70 when one of the files could not be shown.
  public func execute() -> Int32 {
    var reader = RecordingFiles()
    var recordings: [Recording] = []
    var reports: [Report] = []
    var suppressions = Suppressions(files: suppressionFiles)
    let finder = SymbolizerSearch.find().map { LLVMSymbolizer(path: $0) }
    reader.read(files) { file, whole in
      let since = try since.map { try SinceRequest($0, in: whole, file) }
      let (recording, suppressed) = suppressions.apply(
        to: since?.chosen ?? whole, symbolizer: finder)
      recordings.append(recording)
      var request = ReportRequest(
        file: file, leakEntryLimit: format == .json ? nil : leakEntryLimit,
        isShownAgain: true, symbolizer: finder, suppressed: suppressed)
      request.showsReachable = showsReachable
      request.since = since
      reports.append(Report(recording, request))
    }
    reader.note(suppressions.problems)
    let text =
      format == .json
      ? json(reports, recordings, reader.problems, suppressions)
      : self.text(reports) + suppressions.remarks.map { "zleakcheck: \(printable($0))\n" }.joined()
    return reader.deliver(text, to: output)
  }

  private func text(_ reports: [Report]) -> String {
    var renderer = TextReport(style: TextStyle(for: output))
    return reports.map { renderer.render($0) }.joined(separator: "\n")
  }

  /// The statuses are those that `run` would have given for these recordings.
  private func json(
    _ reports: [Report], _ recordings: [Recording], _ problems: [String],
    _ suppressions: Suppressions
  ) -> String {
    var end: ProgramEnd?
    for recording in recordings {
      if let crash = recording.crash {
        end = .signalled(Int32(clamping: min(crash.signal, 127)))
      } else if end == nil, let status = recording.meta.number(.exitStatus) {
        end = .exited(Int32(status & 0xFF))
      }
    }
    let status = ExitStatus.of(
      end, isFailed: !problems.isEmpty,
      hasViolations: recordings.contains { !$0.violations.isEmpty },
      hasLeaks: recordings.contains {
        !$0.blocks.isEmpty || $0.meta.number(.lostBlockCount) ?? 0 > 0
      })
    return JSONReport.document(
      reports, exitStatus: status, programStatus: end?.shellStatus, problems: problems,
      remarks: suppressions.remarks, watched: WatchedSummary(recordings),
      suppressions: suppressions.uses
    ).rendered()
  }
}
