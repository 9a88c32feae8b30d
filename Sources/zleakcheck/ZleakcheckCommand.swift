// The command: its name and its subcommands.
public import ArgumentParser
public import LeakCheckKit

/// `zleakcheck`.
@main
struct ZleakcheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "zleakcheck",
    abstract: "Runs programs under swift-zmalloc's debug layer and shows what it found.",
    discussion: """
      Exit status of run, the first that applies: 70 zleakcheck could not do its work, 24 heap \
      violations, 128+n the program died by signal n, 23 leaks, else the program's own. 64 is a \
      wrong command line.
      """,
    subcommands: [
      RunCommand.self, ReportCommand.self, SnapshotCommand.self, MarkCommand.self,
      SuppressCommand.self, FuzzCommand.self, ReplayCommand.self, MergeCommand.self,
      BisectCommand.self, OptionsCommand.self,
    ])
}

extension ReportFormat: ExpressibleByArgument {}
extension MarkChoice: ExpressibleByArgument {}
extension RunRequest.ExitCode: ExpressibleByArgument {}

extension CalendarDay: ExpressibleByArgument {
  /// The day that an argument names.
  public init?(argument: String) { self.init(argument) }
}
