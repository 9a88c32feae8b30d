// `zleakcheck report`: flags in, exit code out.
import ArgumentParser
import LeakCheckKit
import OOMExplorer

/// `zleakcheck report`.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Shows recordings again.")

  @Argument(help: "Recordings (.zleak), or the file of a campaign (.zcampaign).")
  var files: [String]

  @Option(help: "The report's form: text or json.")
  var format: ReportFormat = .text

  @Option(help: "Where the report goes: a file, or - for standard output.")
  var output: String = "-"

  @OptionGroup var leaks: LeakOptions

  @Option(help: "Only what was allocated since this mark: its number, or last.")
  var since: MarkChoice?

  func run() throws {
    if files.contains(where: CampaignFiles.isCampaign) {
      var request = CampaignFiles(files: files)
      request.format = format
      request.output = OutputFile(argument: output)
      throw ExitCode(request.execute(isJudged: false))
    }
    var request = ReportFiles(
      files: files, format: format, output: OutputFile(argument: output),
      leakEntryLimit: leaks.entryLimit, suppressionFiles: leaks.suppressions)
    request.showsReachable = leaks.show == .reachable
    request.since = since
    throw ExitCode(request.execute())
  }
}
