// What a watched process and the campaign that runs it share: memory behind a descriptor that both
// have mapped. It survives every way in which a process can end, and is read without a file.
//
//   0        CampaignPage: the process itself
//   2,048    gate: u32, which of the copies that wait before they begin may go on
//   2,560    root slots: where earlier runs' globals pointed at the blocks that were left
//   4,096    sites: CampaignSite, as many as ``siteCapacity``, in the order of their first points
//   slots    CampaignPage, 1,024 bytes apart: the children of the engine `split`, one each
//   points   which site each of the first points came from, where sites are counted

/// What one watched process says of itself: 776 bytes.
public struct CampaignPage: BitwiseCopyable, Sendable {
  /// ``magicValue`` once the layer has mapped the page.
  public var magic: UInt64 = 0
  /// A ``CampaignPhase``.
  public var phase: UInt32 = 0
  /// The process's id.
  public var processID: UInt32 = 0
  /// Points counted before the fork server was ready: those lie in no child of it.
  public var pointsBeforeFork: UInt64 = 0
  /// Points counted; written at each injected failure and at the end.
  public var pointCount: UInt64 = 0
  /// Failures injected.
  public var faultCount: UInt32 = 0
  /// Sites seen, also those past the capacity of the table.
  public var siteCount: UInt32 = 0
  /// The key of its innermost frame alone.
  public var lastFaultPlace: UInt64 = 0
  /// The ``ViolationKind`` of the first violation, 0 for none.
  public var violationKind: UInt32 = 0
  /// The number of violations.
  public var violationCount: UInt32 = 0
  /// The key of its innermost frame alone.
  public var violationPlace: UInt64 = 0
  /// The last fatal signal that the layer saw, 0 for none.
  public var crashSignal: UInt32 = 0
  /// Zero.
  public var reserved: UInt32 = 0
  /// The key of its innermost frame alone.
  public var crashPlace: UInt64 = 0
  /// Blocks that nothing reached at the end.
  public var lostBlockCount: UInt64 = 0
  /// The keys of the sites of lost trees, each followed by how many there are; an unused pair is 0.
  public var lostSites = InlineArray<64, UInt64>(repeating: 0)
  /// The descriptors that were open at the end, a bit each.
  public var descriptors = InlineArray<8, UInt64>(repeating: 0)
  /// Zero.
  public var reserved2: UInt32 = 0
  /// The bytes of a page in the layer's release: another release than the command's has another
  /// page.
  public var layoutByteCount: UInt32 = 0
  /// How many functions of the program, `main` included, were still running when it ended itself: 0
  /// where it returned from `main`, 1 where `main` called `exit`.
  public var exitDepth: UInt64 = 0
  /// The key of the stack of the first failure.
  public var firstFaultSite: UInt64 = 0

  /// A page that says nothing.
  public init() {}

  /// `ZCAMPAIG`, read as a little-endian integer.
  public static let magicValue: UInt64 = 0x4741_5041_4D43_415A
  /// How many pairs ``lostSites`` holds.
  public static let lostSiteLimit = 32
  /// Where the gate is.
  public static let gateOffset = 2048
  /// Where the root slots begin.
  public static let rootSlotOffset = 2560
  /// How many root slots fit, 24 bytes each.
  public static let rootSlotLimit = 64
  /// Where the sites begin.
  public static let siteOffset = 4096
  /// How many sites fit.
  public static let siteCapacity = 65536
  /// Where the slots of split children begin.
  public static let slotOffset = siteOffset + siteCapacity * MemoryLayout<CampaignSite>.size
  /// The bytes from one slot to the next.
  public static let slotStride = 1024
  /// How many split children may run at once.
  public static let slotCount = 64
  /// Where the points begin: two bytes each, the index of its site plus one, 0 for none.
  public static let pointOffset = slotOffset + slotStride * slotCount
  /// Of how many points the site is told.
  public static let pointCapacity = 1 << 20
  /// The bytes of the whole memory.
  public static let byteCount = pointOffset + pointCapacity * 2
}

/// How far a watched process came.
public enum CampaignPhase: UInt32, Sendable {
  /// The layer has not started.
  case none = 0
  /// The layer runs.
  case started = 1
  /// The last hook ran: leaks and descriptors are known.
  case ended = 2
  /// A split child wanted to do what others would see, and was stopped.
  case outside = 3
}

/// A stack from which allocations were asked for: 40 bytes.
public struct CampaignSite: BitwiseCopyable, Sendable {
  /// Its key: module and offset of each frame, the same in every run of the same build.
  public var key: UInt64 = 0
  /// The number of the first point from here.
  public var firstPoint: UInt64 = 0
  /// How many points came from here, where they are counted.
  public var count: UInt64 = 0
  /// When the first one came, nanoseconds since the start of the layer.
  public var time: UInt64 = 0
  /// The id of the stack in a recording of this process.
  public var stack: UInt32 = 0
  /// Zero.
  public var reserved: UInt32 = 0

  /// An empty entry.
  public init() {}
}
