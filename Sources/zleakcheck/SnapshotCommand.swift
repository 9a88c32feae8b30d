// `zleakcheck snapshot` and `zleakcheck mark`: flags in, exit code out.
import ArgumentParser
import LeakCheckKit

/// `zleakcheck snapshot`.
struct SnapshotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot", abstract: "Records a program that runs, and lets it run on.")

  @Argument(help: "The process's id.")
  var process: Int32

  @Option(help: "Only what was allocated since this mark: its number, or last.")
  var since: MarkChoice?

  @Flag(help: "Set a mark right after the snapshot.")
  var mark = false

  @Option(help: "The report's form: text or json.")
  var format: ReportFormat = .text

  @Option(help: "Where the report goes: a file, or - for standard output.")
  var output: String = "-"

  @Option(help: "The folder where the recording goes.")
  var recordings = "."

  @OptionGroup var leaks: LeakOptions

  func run() throws {
    var report = ReportFiles(
      files: [], format: format, output: OutputFile(argument: output),
      leakEntryLimit: leaks.entryLimit, suppressionFiles: leaks.suppressions)
    report.showsReachable = leaks.show == .reachable
    report.since = since
    let request = SnapshotRequest(
      process: process, setsMark: mark, recordingsFolder: recordings, report: report)
    throw ExitCode(request.execute())
  }
}

/// `zleakcheck mark`.
struct MarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mark",
    abstract: "Marks a moment of a program that runs, for snapshot --since and report --since.")

  @Argument(help: "The process's id.")
  var process: Int32

  func run() throws { throw ExitCode(MarkRequest(process: process).execute()) }
}
