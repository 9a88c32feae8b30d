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
  /// `operator new` and `operator delete` of C++.
  case new = 3
  /// `operator new[]` and `operator delete[]` of C++.
  case newArray = 4
  /// `operator new` and `operator delete` with an alignment.
  case newAligned = 5
  /// `operator new[]` and `operator delete[]` with an alignment.
  case newArrayAligned = 6
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
  /// The number of the last mark before this block was allocated, 0 for none.
  public var mark: UInt32 = 0
  /// Zero.
  public var reserved2: UInt32 = 0

  /// No block.
  public static let noIndex: UInt32 = .max

  /// An empty entry.
  public init() {}
}

/// Blocks still in use that one stack allocated between two marks: 24 bytes.
public struct SiteEntry: BitwiseCopyable, Sendable {
  /// The id of the allocation stack.
  public var stack: UInt32 = 0
  /// The number of the last mark before they were allocated, 0 for none.
  public var mark: UInt32 = 0
  /// How many blocks.
  public var blockCount: UInt64 = 0
  /// How many bytes they asked for.
  public var byteCount: UInt64 = 0

  /// An empty entry.
  public init() {}
}

/// Blocks of one site that were freed from one stack: 16 bytes.
///
/// The same pair may stand in several entries: their counts add up.
public struct SiblingEntry: BitwiseCopyable, Sendable {
  /// The id of the allocation stack, that of a head of a lost tree.
  public var allocationStack: UInt32 = 0
  /// The id of the stack that freed them.
  public var freeStack: UInt32 = 0
  /// How many blocks.
  public var blockCount: UInt64 = 0

  /// An empty entry.
  public init() {}
}

/// A moment that the program or a person named: 24 bytes.
public struct MarkEntry: BitwiseCopyable, Sendable {
  /// Its number, from 1; only the last marks are remembered.
  public var number: UInt32 = 0
  /// Zero.
  public var reserved: UInt32 = 0
  /// The last operation number that had been given to a thread.
  public var operation: UInt64 = 0
  /// When it was, nanoseconds since the start of the layer.
  public var time: UInt64 = 0

  /// An empty entry.
  public init() {}
}

/// An allocation that failed on purpose: 48 bytes.
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
  /// The key of the site: module and offset of each frame, the same in every run of the same build.
  public var site: UInt64 = 0

  /// An empty entry.
  public init() {}
}

/// The fixed part of a module's entry: 48 bytes.
///
/// The path, then the build id follow, each padded to
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

/// The head of a stack's entry: 8 bytes.
///
/// `frameCount` addresses of 8 bytes follow.
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
#endif
