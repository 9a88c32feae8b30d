// `zleakcheck fuzz`: flags in, exit code out.
public import ArgumentParser
import LeakCheckKit
public import OOMExplorer

/// `zleakcheck fuzz`.
struct FuzzCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fuzz",
    abstract: "Makes each allocation of a program fail, and says what breaks.",
    usage: "zleakcheck fuzz [options] [--] <program> [<argument> ...]")

  @Option(help: "How a program is made to fail: rerun, server, split or auto.")
  var engine = "server"

  @Option(help: "How many runs at once.")
  var jobs = 1

  @Option(
    help: "Time for the whole campaign, as 90s or 10m; what is left goes to rarer failures.")
  var budget: TimeSpan?

  @Option(help: "2 fails a second allocation on the paths that the first failure opens.")
  var depth = 1

  @Option(
    help: "A part of the sites, as 2/4, or auto for the index that Slurm or Kubernetes gives.")
  var shard: ShardArgument?

  @Option(help: "The file of the campaign; it goes on where it was.")
  var state: String?

  @Option(help: "Words for ZMALLOC_DEBUG.")
  var options: String?

  @Option(
    name: .customLong("fail-on"),
    help: "What is a finding: verdicts with commas between them, or none.")
  var failOn = "crashed,corrupted,leaked,hung,swallowed"

  @Option(help: "A file of findings that are known: only others end with status 25.")
  var known: String?

  @Option(name: .customLong("time-limit"), help: "After what time a run hangs, as 5s.")
  var timeLimit: TimeSpan?

  @Option(help: "Which allocations fail: all, ztry, or auto (ztry for Swift programs).")
  var families: CampaignRequest.Families = .auto

  @Option(help: "What the choice of rarer failures starts from.")
  var seed: UInt64 = 1

  @Option(help: "The folder that every run has a copy of, without it the current one.")
  var folder: String?

  @Flag(
    name: .customLong("fixed-time"),
    help: "The clocks say the same in each run, even where that changes what the program does.")
  var fixedTime = false

  @Option(help: "The report's form: text or json.")
  var format: ReportFormat = .text

  @Option(help: "Where the report goes: a file, or - for standard output.")
  var output = "-"

  @Argument(parsing: .captureForPassthrough, help: "The program and its arguments.")
  var command: [String]

  mutating func validate() throws {
    command = try commandWords(command, help: CleanExit.helpRequest(self))
    guard jobs > 0, jobs <= 64 else { throw ValidationError("--jobs takes 1 to 64.") }
    guard (1...2).contains(depth) else { throw ValidationError("--depth takes 1 or 2.") }
    guard engine == "auto" || Engine(rawValue: engine) != nil else {
      throw ValidationError("--engine takes rerun, server, split or auto, not '\(engine)'.")
    }
    _ = try verdicts()
  }

  private func verdicts() throws -> Set<Verdict> {
    if failOn == "none" { return [] }
    var found: Set<Verdict> = []
    for word in failOn.split(separator: ",") {
      guard let verdict = Verdict(rawValue: String(word)) else {
        throw ValidationError("--fail-on knows no verdict '\(word)'.")
      }
      found.insert(verdict)
    }
    return found
  }

  func run() throws {
    let name = command[0].split(separator: "/").last.map(String.init) ?? "program"
    var request = CampaignRequest(command: command, file: state ?? "\(name).zcampaign")
    request.engine = Engine(rawValue: engine)
    request.jobs = jobs
    request.budget = budget?.seconds
    request.depth = depth
    request.shard = shard?.shard
    request.options = options
    request.failOn = try verdicts()
    request.knownFile = known
    request.timeLimit = timeLimit?.seconds
    request.families = families
    request.seed = seed
    request.folder = folder
    request.hasFixedTime = fixedTime
    request.format = format
    request.output = OutputFile(argument: output)
    throw ExitCode(Campaign(request).execute())
  }
}

/// The words of a command after the flags, `--` taken off.
func commandWords(_ words: [String], help: CleanExit) throws -> [String] {
  var words = words
  if words.first == "--" {
    words.removeFirst()
  } else if let first = words.first, first == "--help" || first == "-h" {
    throw help
  } else if let first = words.first, first.hasPrefix("-") {
    throw ValidationError("Unknown option '\(first)'; a program's name stands after --.")
  }
  guard !words.isEmpty else { throw ValidationError("Name a program to run.") }
  return words
}

/// A span of time, as `90s`, `10m` or `2h`; a bare number is seconds.
struct TimeSpan: ExpressibleByArgument {
  var seconds: Double

  init?(argument: String) {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
    let unit = argument.last.flatMap { units[$0] }
    guard let number = Double(unit == nil ? argument : String(argument.dropLast())),
      number > 0, number.isFinite
    else { return nil }
    seconds = number * (unit ?? 1)
  }
}

/// A part of the sites, as `2/4`, or the one that a cluster's job index names.
struct ShardArgument: ExpressibleByArgument {
  var shard: CampaignRequest.Shard

  init?(argument: String) {
    guard argument != "auto" else {
      guard let found = CampaignRequest.Shard.ofCluster() else { return nil }
      shard = found
      return
    }
    let parts = argument.split(separator: "/")
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]),
      let found = CampaignRequest.Shard(index: index, count: count)
    else { return nil }
    shard = found
  }
}

extension CampaignRequest.Families: ExpressibleByArgument {}
