// `zleakcheck suppress`: flags in, exit code out.
import ArgumentParser
import LeakCheckKit

/// `zleakcheck suppress`.
struct SuppressCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suppress",
    abstract: "Writes rules that take the leaks of recordings out of later reports.",
    discussion: """
      A rule is leak:PATTERN, as LeakSanitizer has it, with until=YYYY-MM-DD, site=FINGERPRINT and \
      # REASON behind it where they are wanted. Use: zleakcheck run --suppressions FILE.
      """)

  @Argument(help: "Recordings (.zleak).")
  var files: [String]

  @Option(help: "Where the rules go: a file, or - for standard output.")
  var output: String = "-"

  @Option(help: "A file of rules that are there already; may be repeated.")
  var suppressions: [String] = []

  @Option(help: "The last day of the rules, as in 2027-01-31.")
  var until: CalendarDay?

  @Option(help: "Why these are no leaks.")
  var reason: String?

  func run() throws {
    let request = SuppressFiles(
      files: files, output: OutputFile(argument: output), suppressionFiles: suppressions,
      until: until, reason: reason)
    throw ExitCode(request.execute())
  }
}
