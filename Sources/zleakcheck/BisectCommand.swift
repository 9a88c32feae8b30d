// `zleakcheck bisect`: flags in, exit code out.
import ArgumentParser
import LeakCheckKit
import OOMExplorer

/// `zleakcheck bisect`.
struct BisectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bisect",
    abstract: "Runs a program again and again, to find between which two operations a block broke.",
    usage: "zleakcheck bisect [options] [--] <program> [<argument> ...]")

  @Option(help: "Words for ZMALLOC_DEBUG, as in quarantine=64MiB.")
  var options: String?

  @Option(name: .customLong("time-limit"), help: "After what time a run hangs, as 5s.")
  var timeLimit: TimeSpan?

  @Option(help: "Where the report goes: a file, or - for standard output.")
  var output = "-"

  @Argument(parsing: .captureForPassthrough, help: "The program and its arguments.")
  var command: [String]

  mutating func validate() throws {
    command = try commandWords(command, help: CleanExit.helpRequest(self))
  }

  func run() throws {
    var bisection = Bisection(command: command)
    bisection.options = options
    bisection.output = OutputFile(argument: output)
    if let timeLimit { bisection.timeLimit = timeLimit.seconds }
    throw ExitCode(bisection.execute())
  }
}
