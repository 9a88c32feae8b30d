// `zleakcheck run`: flags in, exit code out.
import ArgumentParser
import LeakCheckKit

/// `zleakcheck run`.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs a program and its children under the layer.",
    usage: "zleakcheck run [options] [--] <program> [<argument> ...]")

  @Option(help: "Words for ZMALLOC_DEBUG, as in fail=nth:37,stacks=64.")
  var options: String?

  @Option(help: "The report's form: text or json.")
  var format: ReportFormat = .text

  @Option(help: "Where the report goes: a file, or - for standard output.")
  var output: String?

  @Option(name: .customLong("exit-code"), help: "Whose status it ends with: findings or program.")
  var exitCode: RunRequest.ExitCode = .findings

  @Option(help: "Only programs whose file name matches this pattern.")
  var only: String?

  @Option(help: "The folder where recordings with findings go.")
  var recordings = "."

  @Flag(help: "Keep recordings without a finding too.")
  var keep = false

  @OptionGroup var leaks: LeakOptions

  @Argument(parsing: .captureForPassthrough, help: "The program and its arguments.")
  var command: [String]

  mutating func validate() throws {
    command = try commandWords(command, help: CleanExit.helpRequest(self))
  }

  func run() throws {
    // What is shown can be shown again.
    var request = RunRequest(
      command: command, options: options, format: format,
      output: output.map(OutputFile.init(argument:)) ?? .standardError, exitCode: exitCode,
      recordingsFolder: recordings, keepsAll: keep || leaks.show == .reachable, only: only,
      leakEntryLimit: leaks.entryLimit, suppressionFiles: leaks.suppressions)
    request.showsReachable = leaks.show == .reachable
    var run = Run(request)
    throw ExitCode(run.execute())
  }
}

/// Which blocks a report shows.
enum BlocksShown: String, ExpressibleByArgument, CaseIterable {
  /// Those that count as leaks.
  case lost
  /// Those in use, too.
  case reachable
}

extension OutputFile {
  /// The output that an argument names: `-` is standard output.
  init(argument: String) { self = argument == "-" ? .standardOutput : .path(argument) }
}
