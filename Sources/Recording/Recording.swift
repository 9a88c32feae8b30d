// What one recording says, as values: every id in it resolves, every index is in range.
// The entries of the format are the values of a recording: who imports the one gets the other.
@_exported public import RecordingFormat

/// One decoded recording (`.zleak`).
///
/// ``init(decoding:)`` is the only way to make one from a file; it checks everything that the rest
/// of the program relies on: stack ids that are not 0 exist, tree heads and parents are in range,
/// and a head is its own head.
public struct Recording: Sendable {
  /// The named values.
  public var meta: Metadata
  /// The modules that are or were mapped, in file order.
  public var modules: [Module]
  /// The call stacks.
  public var stacks: StackTable
  /// The threads, in file order.
  public var threads: [ThreadEntry]
  /// The unfreed blocks that the report is about.
  public var blocks: [BlockEntry]
  /// The blocks still in use, added up by site.
  public var sites: [SiteEntry]
  /// Where other blocks of the leaks' sites were freed.
  public var siblings: [SiblingEntry]
  /// The heap violations, in the order in which they were noticed.
  public var violations: [ViolationEntry]
  /// What was at the addresses of violations before; each names one of ``violations``.
  public var earlierLives: [EarlierLifeEntry]
  /// What else is known of violations; each names one of ``violations``.
  public var observations: [ObservationEntry]
  /// The fatal signal, if one came.
  public var crash: CrashEntry?
  /// The allocations that failed on purpose.
  public var faults: [FaultEntry]
  /// The moments that the program or a person named, ascending.
  public var marks: [MarkEntry]
  /// The sites of the allocations that a fault plan counted, in the order of their first ones.
  public var points: [CampaignSite]
  /// The descriptors that were open at the end, for a campaign.
  public var descriptors: [Descriptor]

  /// A recording that says nothing.
  public init() {
    meta = Metadata()
    modules = []
    stacks = StackTable()
    threads = []
    blocks = []
    sites = []
    siblings = []
    violations = []
    earlierLives = []
    observations = []
    crash = nil
    faults = []
    marks = []
    points = []
    descriptors = []
  }
}

/// A descriptor that was open when the recording was written.
public struct Descriptor: Sendable, Equatable {
  /// Its number.
  public var number: UInt32
  /// What it led to, any bytes: a path, or the kernel's words for what has none.
  public var path: [UInt8]

  /// Makes a descriptor from its parts.
  public init(number: UInt32, path: [UInt8]) {
    self.number = number
    self.path = path
  }

  /// The path as text; bytes that are no UTF-8 are replaced.
  public var pathText: String { String(decoding: path, as: UTF8.self) }
}

/// A module of the recorded process.
public struct Module: Sendable, Equatable {
  /// The lowest address of its segments.
  public var start: UInt64
  /// The address after its highest segment.
  public var end: UInt64
  /// What to subtract from an address to get the file's own.
  public var bias: UInt64
  /// The path, any bytes.
  public var path: [UInt8]
  /// The build id of its file, empty when it has none.
  public var buildID: [UInt8]
  /// `ModuleHead`'s flags.
  public var flags: UInt32

  /// Makes a module from its parts.
  public init(
    start: UInt64, end: UInt64, bias: UInt64, path: [UInt8], buildID: [UInt8], flags: UInt32
  ) {
    self.start = start
    self.end = end
    self.bias = bias
    self.path = path
    self.buildID = buildID
    self.flags = flags
  }

  /// It was unmapped again before the recording was written.
  public var isClosed: Bool { flags & ModuleHead.isClosed != 0 }
  /// It is the executable.
  public var isProgram: Bool { flags & ModuleHead.isProgram != 0 }
  /// It holds the layer.
  public var isLayer: Bool { flags & ModuleHead.isLayer != 0 }
  /// The path as text; bytes that are no UTF-8 are replaced.
  public var pathText: String { String(decoding: path, as: UTF8.self) }
  /// The last part of the path.
  public var name: String {
    let text = pathText
    guard let slash = text.lastIndex(of: "/") else { return text }
    return String(text[text.index(after: slash)...])
  }
}
