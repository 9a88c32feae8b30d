// A recording with one of everything, for tests.
public import Recording

/// Recordings for tests.
public enum SampleRecording {
  /// One of everything: two leaks, an overflow, a crash, a failed allocation.
  public static var full: Recording {
    var recording = Recording()
    recording.meta = meta
    recording.modules = [
      Module(
        start: 0x1000, end: 0x9000, bias: 0x1000, path: Array("/nowhere/parse".utf8),
        buildID: [1, 2, 3], flags: ModuleHead.isProgram)
    ]
    recording.stacks = StackTable([
      1: [0x1101, 0x1201, 0x1301], 2: [0x1401, 0x1301], 3: [0x1501],
    ])
    var thread = ThreadEntry()
    thread.number = 1
    thread.nameLow = 0x6E_6961_6D  // "main"
    recording.threads = [thread]
    recording.blocks = tree(at: 0x7000_0000, stack: 1, held: 13) + cycle(from: 14)
    recording.sites = [SiteEntry()]
    let frees: [(UInt32, UInt64)] = [(3, 400), (2, 10), (2, 2)]
    recording.siblings = frees.map { stack, count in
      var entry = SiblingEntry()
      entry.allocationStack = 1
      entry.freeStack = stack
      entry.blockCount = count
      return entry
    }
    recording.violations = [overflow]
    var crash = CrashEntry()
    crash.signal = 11
    crash.code = 1
    crash.faultAddress = 8
    crash.stack = 3
    recording.crash = crash
    var fault = FaultEntry()
    fault.point = 37
    fault.number = 1
    fault.byteCount = 64
    fault.family = UInt32(AllocationFamily.malloc.rawValue)
    fault.stack = 2
    recording.faults = [fault]
    var site = CampaignSite()
    site.key = 0xFEED
    site.firstPoint = 37
    site.count = 5
    site.stack = 2
    recording.points = [site]
    recording.descriptors = [
      Descriptor(number: 0, path: Array("/dev/null".utf8)),
      Descriptor(number: 5, path: Array("socket:[12]".utf8)), Descriptor(number: 511, path: []),
    ]
    return recording
  }

  private static var meta: Metadata {
    var meta = Metadata()
    meta.set(.executable, to: Array("/nowhere/parse".utf8))
    meta.set(.arguments, to: Array("./parse\0-v\0a file\0".utf8))
    meta.set(.options, to: Array("canary,leaks,stacks=32".utf8))
    meta.set(.variant, to: Array("preload".utf8))
    meta.set(.workingDirectory, to: Array("/nowhere".utf8))
    let numbers: [MetaKey: UInt64] = [
      .processID: 4_242, .reason: 1, .allocationCount: 1_234, .freeCount: 1_218,
      .liveBlockCount: 16, .liveByteCount: 1_400, .peakByteCount: 5_000_000, .leaksScanned: 1,
      .lostBlockCount: 16, .unwinderPresent: 1, .exitStatus: 0, .scanTime: 2_300_000,
      .metadataByteCount: 70_000, .stacksDropped: 3,
    ]
    for (key, number) in numbers { meta.set(key, to: number) }
    return meta
  }

  /// A root of 96 bytes that holds blocks of 88 bytes.
  private static func tree(at address: UInt64, stack: UInt32, held: Int) -> [BlockEntry] {
    (0...held).map { index in
      var block = BlockEntry()
      block.address = address + UInt64(index) * 128
      block.byteCount = index == 0 ? 96 : 88
      block.operation = UInt64(index + 1)
      block.stack = index == 0 ? stack : 2
      block.thread = 1
      block.head = 0
      block.parent = index == 0 ? BlockEntry.noIndex : UInt32(index - 1)
      block.state = index == 0 ? BlockState.root.rawValue : BlockState.held.rawValue
      block.faultBefore = 1
      return block
    }
  }

  /// Two blocks that point at each other.
  private static func cycle(from first: UInt32) -> [BlockEntry] {
    (0...1).map { index in
      var block = BlockEntry()
      block.address = 0x7100_0000 + UInt64(index) * 64
      block.byteCount = 32
      block.operation = UInt64(100 + index)
      block.stack = 3
      block.head = first
      block.parent = first + UInt32(1 - index)
      block.state = index == 0 ? BlockState.cycle.rawValue : BlockState.held.rawValue
      return block
    }
  }

  /// Three bytes past the end of 24.
  public static var overflow: ViolationEntry {
    var violation = ViolationEntry()
    violation.kind = ViolationKind.overflow.rawValue
    violation.knowledge = BlockKnowledge.live.rawValue
    violation.pointer = 0x55D0C0
    violation.blockAddress = 0x55D0C0
    violation.blockByteCount = 24
    violation.distance = 24
    violation.changedByteCount = 3
    violation.allocated.stack = 1
    violation.allocated.operation = 41_200
    violation.allocated.thread = 1
    violation.allocated.time = 1_000_000
    violation.noticed.stack = 2
    violation.noticed.operation = 41_337
    violation.noticed.time = 4_100_000
    violation.evidenceAddress = 0x55D0C0 + 24
    violation.evidenceByteCount = 8
    violation.expected.word0 = 0x1122_3344_5566_7788
    violation.found.word0 = 0x1122_3344_5543_4241
    violation.below.address = 0x55D080
    violation.below.byteCount = 16
    violation.below.stack = 1
    return violation
  }

  /// A block of 64 bytes that one thread freed and another freed again.
  public static var doubleFree: ViolationEntry {
    var violation = ViolationEntry()
    violation.kind = ViolationKind.doubleFree.rawValue
    violation.knowledge = BlockKnowledge.quarantined.rawValue
    violation.pointer = 0x55D0C0
    violation.blockAddress = 0x55D0C0
    violation.blockByteCount = 64
    violation.allocated.stack = 1
    violation.allocated.operation = 11
    violation.allocated.thread = 1
    violation.freed.stack = 2
    violation.freed.operation = 12
    violation.freed.thread = 1
    violation.noticed.stack = 3
    violation.noticed.operation = 1_300
    violation.noticed.thread = 2
    return violation
  }

  /// The block of 48 bytes that was there before that of ``doubleFree``, the violation `index`.
  public static func earlierLife(of index: UInt32) -> EarlierLifeEntry {
    var life = EarlierLifeEntry()
    life.violation = index
    life.byteCount = 48
    life.allocated.stack = 1
    life.allocated.operation = 5
    life.allocated.thread = 1
    life.freed.stack = 3
    life.freed.operation = 6
    life.freed.thread = 1
    return life
  }
}
