// What `zleakcheck fuzz` was asked for, validated.
public import LeakCheckKit

/// How a program is made to fail at a point.
public enum Engine: String, Sendable, CaseIterable {
  /// A new process for each point.
  case rerun
  /// A copy of a process that waits before `main`.
  case server
  /// A copy of the process at the allocation.
  case split
}

/// What `zleakcheck fuzz` was asked for.
public struct CampaignRequest: Sendable {
  /// A part of the sites: number `index` of `count`, from 1.
  public struct Shard: Sendable, Equatable {
    /// Which part.
    public var index: Int
    /// Of how many.
    public var count: Int

    /// Makes a part; `nil` for numbers that name none.
    public init?(index: Int, count: Int) {
      guard count > 0, index > 0, index <= count else { return nil }
      self.index = index
      self.count = count
    }
  }

  /// Which allocations count.
  public enum Families: String, Sendable, CaseIterable {
    /// All, but for Swift programs those of the ztry functions alone.
    case auto
    /// All.
    case all
    /// Those of the ztry functions.
    case ztry
  }

  /// The program and its arguments; never empty.
  public var command: [String]
  /// The engine; `nil` to choose by a first run.
  public var engine: Engine? = .server
  /// How many runs at once.
  public var jobs = 1
  /// Seconds for the whole campaign; `nil` for as long as the first pass takes.
  public var budget: Double?
  /// 2 for second failures on the paths that the first ones open.
  public var depth = 1
  /// The part of the sites; `nil` for all.
  public var shard: Shard?
  /// Where the state is kept.
  public var file: String
  /// Words for `ZMALLOC_DEBUG` after those that are there.
  public var options: String?
  /// What is a finding.
  public var failOn = Verdict.mistakes
  /// A file of findings that are known already.
  public var knownFile: String?
  /// Seconds after which a run hangs; `nil` for a multiple of the plain run's.
  public var timeLimit: Double?
  /// Which allocations count.
  public var families = Families.auto
  /// What the choice of later occurrences starts from.
  public var seed: UInt64 = 1
  /// The folder that the program works in, of which every run has a copy.
  public var folder: String?
  /// The clock says the same in each run.
  public var hasFixedTime = false
  /// Where the report goes.
  public var output = OutputFile.standardOutput
  /// The report's form.
  public var format = ReportFormat.text

  /// Makes a request with everything else at its default.
  public init(command: [String], file: String) {
    self.command = command
    self.file = file
  }

  /// Where the program's standard input is kept, when it has one.
  var inputFile: String { file + ".input" }

  /// What the campaign writes.
  var ownFiles: [String] {
    if case .path(let path) = output { return [file, inputFile, path] }
    return [file, inputFile]
  }
}
