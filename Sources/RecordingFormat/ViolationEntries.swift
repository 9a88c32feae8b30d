// The entries of heap violations and of the fatal signal, laid out as in Entries.swift.

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
  /// Another family's function gave the block: `delete` of a block of `malloc`.
  case familyMismatch = 10
}

/// What a faulting instruction did to memory.
public enum FaultAccess: UInt8, Sendable {
  /// It read.
  case read = 1
  /// It wrote.
  case write = 2
  /// It read or wrote: the machine does not say which.
  case either = 3
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
  /// The ``AllocationFamily`` that allocated the block, 0 where it is not known.
  public var blockFamily: UInt8 = 0
  /// 1 when `realloc` noticed it.
  public var isRealloc: UInt8 = 0
  /// 1 when ``changedByteCount`` is the least that were written: the damage goes on where nobody
  /// knows what stood there.
  public var isAtLeast: UInt8 = 0
  /// The ``FaultAccess`` of the instruction that faulted, 0 where none did.
  public var access: UInt8 = 0
  /// How often the same was noticed again: the same kind by the same stacks.
  public var repeatCount: UInt32 = 0
  /// Zero.
  public var reserved2: UInt32 = 0

  /// An empty entry.
  public init() {}
}

/// What was at the address of a violation before the block that it is about: 80 bytes.
public struct EarlierLifeEntry: BitwiseCopyable, Sendable {
  /// The index of the violation in its section.
  public var violation: UInt32 = 0
  /// Zero.
  public var reserved: UInt32 = 0
  /// The size of the earlier block in bytes.
  public var byteCount: UInt64 = 0
  /// It was allocated here.
  public var allocated = MomentEntry()
  /// It was freed here.
  public var freed = MomentEntry()

  /// An empty entry.
  public init() {}
}

/// What the bytes of an overwrite look like beside those before them.
public enum Continuation: UInt8, Sendable {
  /// The same byte again and again.
  case byte = 1
  /// A pattern of two, four or eight bytes, continued.
  case pattern = 2
  /// Text, continued.
  case text = 3
  /// The zero that ends a text.
  case terminator = 4
}

/// What else is known of a violation: 48 bytes.
public struct ObservationEntry: BitwiseCopyable, Sendable {
  /// The index of the violation in its section.
  public var violation: UInt32 = 0
  /// A ``Continuation``, 0 where the bytes look like nothing that is known.
  public var continuation: UInt8 = 0
  /// 1 where it is the data of the block below that goes on, 0 where it is the block's own.
  public var isOfBelow: UInt8 = 0
  /// 1 where a sweep noticed it before the operation whose number that moment has; 0 where it was
  /// after.
  public var isNoticedBefore: UInt8 = 0
  /// Zero.
  public var reserved: UInt8 = 0
  /// The last operation at which the block was seen whole; operation 0 where none is known.
  public var intact = MomentEntry()
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
  /// Where and when.
  ///
  /// The first frame of the stack is ``programCounter`` itself.
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

// A list of all cases is an array: outside the process only.
#if !hasFeature(Embedded)
  extension ViolationKind: CaseIterable {}
#endif
