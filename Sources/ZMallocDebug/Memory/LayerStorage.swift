// The layer's own state: a map of the storage that CZMalloc reserves, zero at the start.
//
//      0  LayerState            the numbers and locks below
//   4096  the record pattern, 6144  the last recording's name, 8192  the options as typed,
//  10240  the executable's path: C strings
//  12288  chunks of the cell arena, 20480  chunks of the stack depot: addresses
//  45056  faults: entries of the recording
//  49152  own mappings: pairs of start and byte count
//  65536  the name of a draft, 67712  the line for standard error: stacks may be small
//  69632  chunks of thread states: addresses
//  73728  violations, 110592  what was at their addresses before: entries of the recording
//  36864  what else is known of violations: entries of the recording
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// Where the tables of the storage stand.
  @safe
  enum LayerStorage {
    static var base: UInt { unsafe UInt(bitPattern: zmalloc_layer_storage()) }
    static var pattern: UInt { base + 4096 }
    static var lastName: UInt { base + 6144 }
    static let pathCapacity: UInt = 2048
    static var optionsText: UInt { base + 8192 }
    static let optionsCapacity: UInt = 2048
    static var executable: UInt { base + 10240 }
    static var threadChunks: UInt { base + 69632 }
    static var observations: UInt { base + 36864 }
    static let byteCount: UInt = 122_880
    static var cellChunks: UInt { base + 12288 }
    static let cellChunkLimit: UInt32 = 1024
    static var stackChunks: UInt { base + 20480 }
    static let stackChunkLimit: UInt32 = 2048
    static var violations: UInt { base + 73728 }
    static var earlierLives: UInt { base + 110_592 }
    static let violationLimit: UInt32 = 128
    static var faults: UInt { base + 45056 }
    static let faultLimit: UInt32 = 64
    static var ownMappings: UInt { base + 49152 }
    static let ownMappingLimit: UInt32 = 1000
    static var draftName: UInt { base + 65536 }
    static var line: UInt { base + 67712 }
    static let lineCapacity: UInt = 512
  }

  /// What counts as a leak.
  enum LeakMode {
    static let off: UInt32 = 0
    static let lost: UInt32 = 1
    static let unfreed: UInt32 = 2
  }

  /// The numbers of the layer.
  ///
  /// Every field is zero before the start.
  struct LayerState {
    // Configuration.
    var canaries: UInt32 = 0
    var leakMode: UInt32 = 0
    var keepsStatus: UInt32 = 0
    var announces: UInt32 = 0
    var continues: UInt32 = 0
    /// 1 when a block may be given back by another family's function.
    var mixesFamilies: UInt32 = 0
    var recordsAlways: UInt32 = 0
    var quarantineByteLimit: UInt64 = 0
    var seed: UInt64 = 0
    var plan = FaultPlan()
    // Start.
    var secret: UInt64 = 0
    var startTime: UInt64 = 0
    var startCoarse: UInt64 = 0
    var startFine: UInt64 = 0
    var epochPage: UInt = 0
    var processID: UInt32 = 0
    var isForkedChild: UInt32 = 0
    var phase: UInt32 = 0
    // Operations; those up to the fork belong to the parent.
    var operations: UInt64 = 0
    var forkOperation: UInt64 = 0
    // Cells.
    var nextCell: UInt32 = 0
    var freeCellCount: UInt32 = 0
    var cellLimitMet: UInt32 = 0
    // Memory beside the allocator below, and what is to go back there: a record, and a block
    // without one, each with the next.
    var aside: UInt64 = 0
    var lateBlocks: UInt64 = 0
    var lateCells: UInt32 = 0
    // Quarantine and the released blocks that are remembered.
    var ring: UInt = 0
    var ringCapacity: UInt64 = 0
    var ringHead: UInt64 = 0
    var ringTail: UInt64 = 0
    var ringCount: UInt64 = 0
    var releasedRing: UInt = 0
    var releasedCount: UInt32 = 0
    var quarantineHolds: UInt32 = 0
    var quarantineBytes: UInt64 = 0
    // Stacks.
    var smallStackBuckets: UInt = 0
    var stackBuckets: UInt = 0
    var nextStack: UInt64 = 0
    var stackCount: UInt32 = 0
    var stacksDropped: UInt32 = 0
    // Where blocks of a site are freed, beside the first place; frees that found no room there.
    var siblings: UInt = 0
    var siblingCount: UInt32 = 0
    var siblingsDropped: UInt64 = 0
    // Memory for a leak scan.
    var region: UInt = 0
    var regionUsed: UInt64 = 0
    var scratch: UInt = 0
    var scratchUsed: UInt = 0
    var scratchOwner: UInt = 0
    // The kernel's list of mappings, while somebody keeps it.
    var mapsKept: UInt = 0
    var mapsByteCount: UInt = 0
    /// 1 when they are kept as entries, 0 as the kernel's text.
    var mapsAreEntries: UInt32 = 0
    // Threads: who has stopped all others, by the kernel's id, and the table of those.
    var threadCount: UInt32 = 0
    var worldOwner: UInt32 = 0
    var stoppedThreads: UInt = 0
    // Faults: the numbers that every allocation reads first.
    var nextFault: UInt64 = 0
    var faultPoints: UInt64 = 0
    var quietWord: UInt32 = 0
    var faultCount: UInt32 = 0
    var watchesSites: UInt32 = 0
    var countsSites: UInt32 = 0
    var sites: UInt = 0
    var siteBuckets: UInt = 0
    var siteBucketCount: UInt = 0
    var siteCount: UInt32 = 0
    var symbolTableCount: UInt32 = 0
    var symbolTables: UInt = 0
    // Scopes.
    var scopes: UInt = 0
    var scopeBlocks: UInt = 0
    var scopeBlockCapacity: UInt = 0
    var scopeCount: UInt32 = 0
    var scopeBlockCount: UInt32 = 0
    var movesAlways: UInt32 = 0
    // In a run of a sweep: 1 where findings are counted only; where the name of a recording goes.
    var recordsNothing: UInt32 = 0
    var sweepName: UInt = 0
    // Campaign: the shared memory, this process's page in it, the socket, the engine.
    var campaign: UInt = 0
    var campaignPage: UInt = 0
    var campaignDescriptor: Int32 = 0
    var campaignSocket: Int32 = 0
    var serves: UInt32 = 0
    // A copy that gives copies of itself where its plan says that an allocation fails.
    var isRung: UInt32 = 0
    /// By which number the command lets this copy begin; 0 for at once.
    var ticket: UInt32 = 0
    var splits: UInt32 = 0
    var junk: UInt32 = 0
    // Counts.
    var liveBytes: UInt64 = 0
    var peakBytes: UInt64 = 0
    var foreignFrees: UInt64 = 0
    var violationCount: UInt32 = 0
    /// Different ones, which are in the table; and those that got a line on standard error.
    var keptViolationCount: UInt32 = 0
    var toldViolationCount: UInt32 = 0
    var ownMappingCount: UInt32 = 0
    // Recording.
    var directory: Int32 = 0
    var directoryDevice: UInt64 = 0
    var directoryInode: UInt64 = 0
    var sequence: UInt32 = 0
    var crashRecorded: UInt32 = 0
    var leavesCrashes: UInt32 = 0
    var hasEnded: UInt32 = 0
    var modules: UInt = 0
    var moduleCount: UInt32 = 0
    var modulesCut: UInt32 = 0
    var mappingsUnread: UInt32 = 0
    // What a program says of its blocks: 1 once it said so of one; its root regions.
    var hasIgnored: UInt32 = 0
    var leakCheckWaived: UInt32 = 0
    var rootRegions: UInt64 = 0
    // LeakSanitizer's options: kinds of roots that are left out, the status for leaks, both texts.
    var rootsLeftOut: UInt32 = 0
    var leakStatus: Int32 = 0
    var choosesLeaks: UInt32 = 0
    var choosesStatus: UInt32 = 0
    var sanitizerOptions: UInt = 0
    var sanitizerOptionsByteCount: UInt = 0
    var suppressions: UInt = 0
    var suppressionsByteCount: UInt = 0
    // The file of rules that LSAN_OPTIONS names; how many stacks were compared with rules.
    var suppressionFile: UInt = 0
    var suppressionFileByteCount: UInt = 0
    var judgedStackCount: UInt32 = 0
    // Sweeps: how many operations from one to the next, 0 for none, and from which to which; which
    // is next; the number of the thread that runs one; the signal that asks for one.
    var sweepEvery: UInt64 = 0
    var sweepFrom: UInt64 = 0
    var sweepTo: UInt64 = 0
    var nextSweep: UInt64 = 0
    var isSweeping: UInt32 = 0
    /// The operation before or after which one runs, 0 while none does.
    var sweepOperation: UInt64 = 0
    /// 1 when it was asked for, and comes after that operation.
    var sweepIsAfter: UInt32 = 0
    var sweepSignal: Int32 = 0
    /// Threads that look at a block which others may not free meanwhile.
    var holderCount: UInt32 = 0
    var sweepCount: UInt64 = 0
    // The last one that found everything else whole.
    var swept = MomentEntry()
    /// 1 when it came after that operation, 0 when before.
    var sweptAfter: UInt32 = 0
    // Guard pages: one of so many blocks has them, 0 for none; which sizes; 1 where they stand
    // before the blocks.
    var guardRate: UInt64 = 0
    var guardLeast: UInt = 0
    var guardMost: UInt = 0
    var guardsStart: UInt32 = 0
    // The pool, the runs that were cut from it, and the freed blocks that wait.
    var guardPool: UInt = 0
    var guardPageCount: UInt = 0
    var guardNextPage: UInt = 0
    var guardTables: UInt = 0
    var guardSlotLimit: UInt32 = 0
    var guardSlotCount: UInt32 = 0
    var guardRing: UInt = 0
    var guardOldest: UInt32 = 0
    var guardWaiting: UInt32 = 0
    var guardLive: UInt64 = 0
    var guardAreaLimit: UInt64 = 0
    var guardedCount: UInt64 = 0
    // Blocks without one: at the limit of areas; too large for the pool; where it was full or the
    // kernel did not open the pages.
    var guardsRefused: UInt64 = 0
    var guardsTooLarge: UInt64 = 0
    var guardsWithoutPages: UInt64 = 0
    // The fault plan as it was typed: a part of the options.
    var planText: UInt = 0
    var planByteCount: UInt32 = 0
    // The kernel's id of the thread that ends the program by a report; others wait for that.
    var isDying: UInt32 = 0
    // The draft that was opened at the start.
    var draft: Int32 = 0
    var draftDevice: UInt64 = 0
    var draftInode: UInt64 = 0
    // Requests from outside: the copy that was split off last, and how long that stopped the
    // process, in the copy; the marks.
    var snapshotProcess: Int32 = 0
    var markCount: UInt32 = 0
    var stopTime: UInt64 = 0
    var marks: UInt = 0
    // Locks, by the order in which they may be taken.
    var reportLock: UInt32 = 0
    var moduleLock: UInt32 = 0
    var threadLock: UInt32 = 0
    var siteLock: UInt32 = 0
    var guardLock: UInt32 = 0
    var cellLock: UInt32 = 0
    var stackLock: UInt32 = 0
    var mappingLock: UInt32 = 0
    var consoleLock: UInt32 = 0
  }

  /// The state, where CZMalloc keeps it.
  @inline(__always)
  var state: UnsafeMutablePointer<LayerState> {
    unsafe zmalloc_layer_storage().assumingMemoryBound(to: LayerState.self)
  }

  /// What the entrances read on every call.
  @inline(__always)
  var switches: UnsafeMutablePointer<zmalloc_switches> { unsafe zmalloc_switch_storage() }

  /// The state of a thread inside the layer.
  typealias ThreadState = UnsafeMutablePointer<zmalloc_thread>
#endif
