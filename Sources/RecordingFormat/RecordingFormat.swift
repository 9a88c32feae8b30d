// The frame of a recording: magic, version, sections. One source of constants for the writer in the
// process and the decoder outside it.
//
//   file     = header section* end
//   header   = magic[8] version:u32 headerByteCount:u32
//   section  = kind:u32 entryCount:u32 entryByteCount:u32 zero:u32 payloadByteCount:u64 payload
//   end      = a section of kind `end` whose one entry is the byte count of the whole file: u64
//
// Every integer is little-endian; every section starts at a multiple of 8 bytes. entryByteCount is
// 0 where entries vary in length. A reader accepts entries that are longer than it knows and skips
// the rest, and skips sections of a kind that it does not know: within one version the format only
// grows at the ends.

/// The constants that frame a recording (`.zleak`).
public enum RecordingFormat {
  /// The first eight bytes, read as a little-endian integer: `89 5A 4C 45 41 4B 0D 0A`
  /// (`.ZLEAK\r\n`).
  ///
  /// The first byte is not ASCII and the last two break when a transfer rewrites line ends, as in
  /// PNG.
  public static let magic: UInt64 = 0x0A0D_4B41_454C_5A89

  /// The version of the grammar.
  ///
  /// A reader refuses any other.
  public static let version: UInt32 = 1

  /// The byte count of the header.
  public static let headerByteCount = 16

  /// The byte count of a section's head, before its payload.
  public static let sectionHeadByteCount = 24

  /// Every section starts, and every variable entry ends, at a multiple of this.
  public static let alignment = 8

  /// The most frames that one stack holds.
  public static let frameLimit = 256
}

/// What a section holds: four ASCII letters, the first in the lowest byte.
public enum SectionKind: UInt32, Sendable {
  /// Named values: ``MetaKey``. Variable entries.
  case meta = 0x4154_454D  // META
  /// Modules that are or were mapped. Variable entries.
  case modules = 0x5344_4F4D  // MODS
  /// Call stacks. Variable entries.
  case stacks = 0x4B41_5453  // STAK
  /// Threads: ``ThreadEntry``.
  case threads = 0x4452_4854  // THRD
  /// Unfreed blocks that the report is about: ``BlockEntry``.
  case blocks = 0x4B43_4C42  // BLCK
  /// Blocks still in use, added up by site: ``SiteEntry``.
  case sites = 0x4554_4953  // SITE
  /// Where other blocks of a leak's site were freed: ``SiblingEntry``.
  case siblings = 0x4C42_4953  // SIBL
  /// Heap violations: ``ViolationEntry``.
  case violations = 0x4C4F_4956  // VIOL
  /// The fatal signal, if one came: ``CrashEntry``.
  case crash = 0x4853_5243  // CRSH
  /// Allocations that failed on purpose: ``FaultEntry``.
  case faults = 0x544C_4146  // FALT
  /// Sites of allocations that a fault plan counted: ``CampaignSite``.
  case points = 0x544E_4F50  // PONT
  /// Descriptors that were open at the end. Variable entries.
  case descriptors = 0x4353_4544  // DESC
  /// Earlier blocks at the addresses of violations: ``EarlierLifeEntry``.
  case earlierLives = 0x4546_494C  // LIFE
  /// What else is known of violations: ``ObservationEntry``.
  case observations = 0x4E45_4857  // WHEN
  /// Moments that the program or a person named: ``MarkEntry``.
  case marks = 0x4B52_414D  // MARK
  /// The byte count of the whole file: u64. Always last.
  case end = 0x2044_4E45  // END
}

/// The keys of the `meta` section.
///
/// An entry is `key:u32 byteCount:u32 value`, the value padded with zeros to a multiple of 8.
/// Numbers are a u64; strings are UTF-8 by convention and any bytes in fact (paths).
public enum MetaKey: UInt32, Sendable {
  // Strings: 1 to 99.
  /// The path of the executable.
  case executable = 1
  /// The arguments, each ended by a zero byte; cut at 4,096 bytes.
  case arguments = 2
  /// The options in force, as `ZMALLOC_DEBUG` would spell them.
  case options = 3
  /// The release of the layer.
  case layerVersion = 4
  /// The machine: `x86_64` or `aarch64`.
  case machine = 5
  /// The fault plan in force, as it was typed; absent without one.
  case faultPlan = 6
  /// Which build wrote this: `preload`, `library` or `swift`.
  case variant = 7
  /// The working folder when the recording was written.
  case workingDirectory = 8
  /// What `__lsan_default_options` gave, a colon, and LSAN_OPTIONS.
  case sanitizerOptions = 9
  /// What `__lsan_default_suppressions` gave.
  case suppressions = 10
  /// The threads that did not stop for the leak scan, as `name (4711), other (4712)`; 16 at most.
  case silentThreads = 20

  // Numbers: 100 and up.
  /// Process id.
  case processID = 100
  /// Parent's process id.
  case parentProcessID = 101
  /// Start of the layer, nanoseconds since 1970.
  case startTime = 102
  /// Moment of writing, nanoseconds since 1970.
  case writeTime = 103
  /// Why it was written: ``RecordingReason``.
  case reason = 104
  /// Allocations that the program asked for and got.
  case allocationCount = 105
  /// Blocks that the program freed.
  case freeCount = 106
  /// Unfreed blocks now.
  case liveBlockCount = 107
  /// Unfreed bytes now, as requested.
  case liveByteCount = 108
  /// The most bytes live at once.
  case peakByteCount = 109
  /// Blocks handed out without a record: start-up, re-entrance, or past a limit.
  case unrecordedCount = 110
  /// Frees of pointers that libc itself allocated, handed on to it.
  case foreignFreeCount = 111
  /// Distinct stacks seen.
  case stackCount = 112
  /// Stacks that were not kept because the limit was met.
  case stacksDropped = 113
  /// Bytes of metadata in use: records, stacks, threads.
  case metadataByteCount = 114
  /// Bytes in quarantine now.
  case quarantineByteCount = 115
  /// The quarantine's limit in bytes.
  case quarantineByteLimit = 116
  /// Nanoseconds that the leak scan took.
  case scanTime = 117
  /// Bytes that the leak scan read.
  case scannedByteCount = 118
  /// 1 when libunwind was found, else stacks have one frame.
  case unwinderPresent = 119
  /// How many allocations the plan failed.
  case faultCount = 120
  /// The plan's seed.
  case faultSeed = 121
  /// The exit status that the program asked for, when the reason is `exit`.
  case exitStatus = 122
  /// Violations seen, also those past the limit of the table.
  case violationCount = 123
  /// 1 when the leak scan ran.
  case leaksScanned = 124
  /// Which blocks count as leaks: 0 lost, 1 every unfreed block of the z-functions.
  case leakMode = 125
  /// How many allocations the plan counted.
  case faultPointCount = 126
  /// Frames kept at an allocation.
  case stackFrameLimit = 127
  /// Lost blocks found, also those past the limit of the table.
  case lostBlockCount = 128
  /// Bytes of the lost blocks.
  case lostByteCount = 129
  /// 1 in a process that was forked from a watched one: only its own blocks are reported.
  case forkedChild = 130
  /// Unfreed blocks that this process has from its parent and does not report.
  case inheritedBlockCount = 131
  /// Unfreed blocks that something still reaches.
  case reachableBlockCount = 132
  /// Bytes of the blocks that something still reaches.
  case reachableByteCount = 133
  /// Nanoseconds of CPU that the process had used when the recording was written.
  case processTime = 134
  /// 1 when the limit of live records was met: later blocks are not watched.
  case recordLimitMet = 137
  /// 1 when the kernel's list of mappings could not be read: only globals and stacks were roots.
  case mappingsUnread = 139
  /// Blocks that got a guard page.
  case guardedBlockCount = 160
  /// Blocks that should have got one: the limit of areas did not allow it.
  case unguardedBlockCount = 161
  /// Blocks that should have got one, and were too large.
  case unguardedLargeCount = 165
  /// Blocks that should have got one: there was no address space left, or the kernel did not give
  /// the pages.
  case unguardedPageCount = 166
  /// Areas of memory that guarded blocks may be: half of what the kernel allows the process.
  case guardAreaLimit = 162
  /// Sweeps over all blocks that were made.
  case sweepCount = 163
  /// Operations: allocations, frees and reallocs.
  case operationCount = 164
  /// 1 when the modules could not all be listed.
  case modulesCut = 138
  /// Why no leak scan ran at the end: 1 the program had made its last check before
  /// (`__lsan_do_leak_check`), 2 it wanted none (`__lsan_is_turned_off`), 3 LSAN_OPTIONS did.
  case leakCheckWaived = 140
  /// Frees that ``SiblingEntry`` does not count, because the limit of its table was met.
  case siblingsDropped = 141
  /// Nanoseconds for which a snapshot stopped the program.
  case stopTime = 150
}

/// Why a recording was written.
public enum RecordingReason: UInt64, Sendable {
  /// The process ended by `exit`, `_exit` or by returning from `main`.
  case exit = 1
  /// A heap violation that ends the program.
  case violation = 2
  /// A fatal signal.
  case signal = 3
  /// The program or a person asked.
  case request = 4
  /// A person asked from outside; the program goes on.
  case snapshot = 5
}

// Lists of all cases are arrays: outside the process only.
#if !hasFeature(Embedded)
  extension SectionKind: CaseIterable {}
  extension MetaKey: CaseIterable {}
#endif
