// The entries of fixed length. Fields stand in order without padding, so that the bytes in memory
// are the bytes in the file; the unit tests assert each size.

/// A thread that allocated or freed: 24 bytes.
public struct ThreadEntry: BitwiseCopyable, Sendable {
  /// The number that other entries use; 1 is the thread that started the layer.
  public var number: UInt32 = 0
  /// The kernel's id.
  public var kernelID: UInt32 = 0
  /// The first eight bytes of its name, the rest in ``nameHigh``; zero-padded.
  public var nameLow: UInt64 = 0
  /// The last eight bytes of its name.
  public var nameHigh: UInt64 = 0

  /// An empty entry.
  public init() {}
}

/// Which function gave or took a block.
public enum AllocationFamily: UInt8, Sendable {
  /// Not known.
  case unknown = 0
  /// libc: malloc, calloc, realloc, strdup and the aligned ones.
  case malloc = 1
  /// The z-functions.
  case zmalloc = 2
}

/// What the leak scan says of an unfreed block.
public enum BlockState: UInt8, Sendable {
  /// Nothing reaches it: the head of a lost tree.
  case root = 1
  /// Only a lost block reaches it.
  case held = 2
  /// Nothing outside reaches it, and it is part of a cycle: the head of a lost tree.
  case cycle = 3
  /// Unfreed where everything has to be freed (`leaks=unfreed`).
  case unfreed = 4
}

/// An unfreed block: 64 bytes.
public struct BlockEntry: BitwiseCopyable, Sendable {
  /// The address that the caller got.
  public var address: UInt64 = 0
  /// The bytes that the caller asked for.
  public var byteCount: UInt64 = 0
  /// The operation that allocated it: the process's allocations and frees are counted from 1.
  public var operation: UInt64 = 0
  /// The offset in ``parent`` where the pointer to this block stands.
  public var parentOffset: UInt64 = 0
  /// The id of the allocation stack, 0 for none.
  public var stack: UInt32 = 0
  /// The number of the thread that allocated it.
  public var thread: UInt32 = 0
  /// The index, in this section, of the head of its tree: its own index for a head.
  public var head: UInt32 = 0
  /// The index, in this section, of a block that points at it; ``noIndex`` for none.
  public var parent: UInt32 = BlockEntry.noIndex
  /// A ``BlockState``.
  public var state: UInt8 = 0
  /// An ``AllocationFamily``.
  public var family: UInt8 = 0
  /// The alignment asked for, as a power of two.
  public var alignmentLog2: UInt8 = 4
  /// Zero.
  public var reserved: UInt8 = 0
  /// The number of the last injected failure before this block was allocated, 0 for none.
  public var faultBefore: UInt32 = 0
  /// Zero.
  public var reserved2: UInt64 = 0

  /// No block.
  public static let noIndex: UInt32 = .max

  /// An empty entry.
  public init() {}
}

/// Blocks still in use that one stack allocated: 24 bytes.
public struct SiteEntry: BitwiseCopyable, Sendable {
  /// The id of the allocation stack.
  public var stack: UInt32 = 0
  /// Zero.
  public var reserved: UInt32 = 0
  /// How many blocks.
  public var blockCount: UInt64 = 0
  /// How many bytes they asked for.
  public var byteCount: UInt64 = 0

  /// An empty entry.
  public init() {}
}

/// A heap mistake.
public enum ViolationKind: UInt32, Sendable {
  /// The rear canary is damaged.
  case overflow = 1
  /// The front canary is damaged.
  case underflow = 2
  /// A freed block was freed again.
  case doubleFree = 3
  /// The pointer was never given out by the allocator.
  case invalidFree = 4
  /// The pointer points into a block, not at its start.
  case interiorFree = 5
  /// A freed block was written to.
  case writeAfterFree = 6
  /// A freed block was given to realloc.
  case reallocAfterFree = 7
  /// The size given back is not the block's.
  case sizeMismatch = 8
  /// A freed block was read or written and the access faulted.
  case useAfterFree = 9
}

/// How sure the layer is of the block that a violation names.
public enum BlockKnowledge: UInt8, Sendable {
  /// No block is known.
  case none = 0
  /// The record of the block itself.
  case live = 1
  /// The block was freed and still is in quarantine.
  case quarantined = 2
  /// The block was freed and released; its history was still known.
  case released = 3
  /// The pointer points into this live block.
  case interior = 4
}

/// One stack of a violation's story: 32 bytes.
public struct MomentEntry: BitwiseCopyable, Sendable {
  /// The id of the stack, 0 for none.
  public var stack: UInt32 = 0
  /// The number of the thread.
  public var thread: UInt32 = 0
  /// The operation number, 0 when not known.
  public var operation: UInt64 = 0
  /// Nanoseconds since the start of the layer, 0 when not known.
  public var time: UInt64 = 0
  /// Zero.
  public var reserved: UInt64 = 0

  /// An empty entry.
  public init() {}
}

/// A neighbour of the block in memory: 24 bytes.
public struct NeighbourEntry: BitwiseCopyable, Sendable {
  /// Its address, 0 for none.
  public var address: UInt64 = 0
  /// Its size in bytes.
  public var byteCount: UInt64 = 0
  /// The stack that allocated it.
  public var stack: UInt32 = 0
  /// 1 when it is in quarantine.
  public var isFreed: UInt32 = 0

  /// An empty entry.
  public init() {}
}

/// A heap violation: 280 bytes.
public struct ViolationEntry: BitwiseCopyable, Sendable {
  /// A ``ViolationKind``.
  public var kind: UInt32 = 0
  /// A ``BlockKnowledge``.
  public var knowledge: UInt8 = 0
  /// The ``AllocationFamily`` of the call that noticed it.
  public var family: UInt8 = 0
  /// 1 when it was found by the check at the end and not by a call.
  public var foundAtEnd: UInt8 = 0
  /// Bytes of evidence, at most 32.
  public var evidenceByteCount: UInt8 = 0
  /// The pointer that the program gave, or that faulted.
  public var pointer: UInt64 = 0
  /// The address of the block that it is about, 0 for none.
  public var blockAddress: UInt64 = 0
  /// Its size in bytes.
  public var blockByteCount: UInt64 = 0
  /// Where the first changed byte, or the pointer, lies from the block's start.
  public var distance: Int64 = 0
  /// How many bytes lie from the first changed one to the last, or the size that the program
  /// claimed.
  public var changedByteCount: UInt64 = 0
  /// Allocated here.
  public var allocated = MomentEntry()
  /// Freed here; stack 0 when it was not freed.
  public var freed = MomentEntry()
  /// Noticed here.
  public var noticed = MomentEntry()
  /// The neighbour below.
  public var below = NeighbourEntry()
  /// The neighbour above.
  public var above = NeighbourEntry()
  /// The address of the first byte of evidence.
  public var evidenceAddress: UInt64 = 0
  /// What should stand there, 32 bytes from the lowest address on.
  public var expected = Bytes32()
  /// What stands there.
  public var found = Bytes32()
  /// The number of the last injected failure before this, 0 for none.
  public var faultBefore: UInt32 = 0
  /// Zero.
  public var reserved: UInt32 = 0
  /// Zero.
  public var reserved2: UInt64 = 0

  /// An empty entry.
  public init() {}
}

/// Thirty-two bytes, the first in the lowest byte of ``word0``.
public struct Bytes32: BitwiseCopyable, Sendable {
  /// Bytes 0 to 7.
  public var word0: UInt64 = 0
  /// Bytes 8 to 15.
  public var word1: UInt64 = 0
  /// Bytes 16 to 23.
  public var word2: UInt64 = 0
  /// Bytes 24 to 31.
  public var word3: UInt64 = 0

  /// Zeros.
  public init() {}
}

/// The fatal signal: 48 bytes.
public struct CrashEntry: BitwiseCopyable, Sendable {
  /// The signal's number.
  public var signal: UInt32 = 0
  /// `si_code`.
  public var code: Int32 = 0
  /// `si_addr`.
  public var faultAddress: UInt64 = 0
  /// The instruction that was running.
  public var programCounter: UInt64 = 0
  /// Where and when. The first frame of the stack is ``programCounter`` itself.
  public var stack: UInt32 = 0
  /// The number of the thread.
  public var thread: UInt32 = 0
  /// The operation number.
  public var operation: UInt64 = 0
  /// The number of the last injected failure before this, 0 for none.
  public var faultBefore: UInt32 = 0
  /// 1 when the program has a handler of its own for it.
  public var hasHandler: UInt32 = 0

  /// An empty entry.
  public init() {}
}

/// An allocation that failed on purpose: 40 bytes.
public struct FaultEntry: BitwiseCopyable, Sendable {
  /// Its number among the allocations that the plan counts, from 1.
  public var point: UInt64 = 0
  /// The bytes asked for.
  public var byteCount: UInt64 = 0
  /// The operation number.
  public var operation: UInt64 = 0
  /// The id of the stack.
  public var stack: UInt32 = 0
  /// The number of the thread.
  public var thread: UInt32 = 0
  /// An ``AllocationFamily``.
  public var family: UInt32 = 0
  /// Which injected failure this is, from 1.
  public var number: UInt32 = 0

  /// An empty entry.
  public init() {}
}

/// The fixed part of a module's entry: 48 bytes. The path, then the build id follow, each padded to
/// 8.
public struct ModuleHead: BitwiseCopyable, Sendable {
  /// The lowest address of its segments.
  public var start: UInt64 = 0
  /// The address after its highest segment.
  public var end: UInt64 = 0
  /// What to subtract from an address to get the file's own.
  public var bias: UInt64 = 0
  /// The byte count of the path.
  public var pathByteCount: UInt32 = 0
  /// The byte count of the build id.
  public var buildIDByteCount: UInt32 = 0
  /// ``isClosed``, ``isProgram``, ``isLayer``.
  public var flags: UInt32 = 0
  /// Zero.
  public var reserved: UInt32 = 0
  /// Zero.
  public var reserved2: UInt64 = 0

  /// It was unmapped again.
  public static let isClosed: UInt32 = 1
  /// It is the executable.
  public static let isProgram: UInt32 = 2
  /// It holds the layer.
  public static let isLayer: UInt32 = 4

  /// An empty entry.
  public init() {}
}

/// The head of a stack's entry: 8 bytes. `frameCount` addresses of 8 bytes follow.
///
/// All frames but the first of an exact stack are return addresses: the call stands before them.
public struct StackHead: BitwiseCopyable, Sendable {
  /// The id that other entries use; never 0.
  public var id: UInt32 = 0
  /// How many frames follow.
  public var frameCount: UInt16 = 0
  /// ``isCut``, ``isExact``, ``isOneFrame``.
  public var flags: UInt16 = 0

  /// The limit was met: there are more frames.
  public static let isCut: UInt16 = 1
  /// The first frame is the address of an instruction, not a return address.
  public static let isExact: UInt16 = 2
  /// The unwinder was not there yet: only the caller is known.
  public static let isOneFrame: UInt16 = 4

  /// An empty entry.
  public init() {}
}

// Lists of all cases are arrays: outside the process only.
#if !hasFeature(Embedded)
  extension AllocationFamily: CaseIterable {}
  extension BlockState: CaseIterable {}
  extension ViolationKind: CaseIterable {}
#endif
