// `zleakcheck replay`: flags in, exit code out.
import ArgumentParser
import LeakCheckKit
import OOMExplorer

/// `zleakcheck replay`.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Makes one failure of a campaign happen again.")

  @Argument(help: "The name of a finding, or of a failure as 4f2a@1.")
  var name: String

  @Argument(help: "The campaign's file; not needed when there is one alone here.")
  var file: String?

  @Flag(help: "Stops in gdb where the allocation fails.")
  var gdb = false

  @Option(name: .customLong("time-limit"), help: "After what time a run hangs, as 5s.")
  var timeLimit: TimeSpan?

  @Option(help: "Where the report goes: a file, or - for standard output.")
  var output = "-"

  func run() throws {
    var replay = Replay(name: name, file: try file ?? onlyCampaign())
    replay.isDebugged = gdb
    replay.timeLimit = timeLimit?.seconds
    replay.output = OutputFile(argument: output)
    throw ExitCode(replay.execute())
  }

  private func onlyCampaign() throws -> String {
    let files = campaignFiles()
    guard let file = files.first, files.count == 1 else {
      throw ValidationError(
        files.isEmpty
          ? "There is no campaign's file here: name one."
          : "There are \(files.count) campaigns' files here: name one.")
    }
    return file
  }
}

/// `zleakcheck merge`.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Unites the files of a campaign's parts.")

  @Argument(help: "Files of the parts.")
  var files: [String]

  @Option(name: [.customShort("o"), .long], help: "The united file.")
  var into: String

  @Option(help: "A file of findings that are known: only others end with status 25.")
  var known: String?

  @Option(help: "The report's form: text or json.")
  var format: ReportFormat = .text

  func run() throws {
    var request = CampaignFiles(files: files)
    request.target = into
    request.knownFile = known
    request.format = format
    throw ExitCode(request.execute(isJudged: true))
  }
}
