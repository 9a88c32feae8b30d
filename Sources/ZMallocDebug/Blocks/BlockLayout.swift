// The layout of a block.
//
//   backend block (16-aligned)
//   | (aligned, unrecorded: more) | prefix, 16 bytes        | the caller's bytes   | rear canary |
//   |                             | id, tag | front canary  | exactly the request  | 8 to 24     |
//
// The prefix ends where the caller's bytes begin. The rear canary begins at the next byte and fills
// glibc's chunk: prefix, bytes and canary are together 8 more than a multiple of 16. An unrecorded
// block has 16 more bytes before its prefix, which hold its size.
#if DEBUG_LAYER
  /// Where the parts of a block stand, from its size and alignment.
  struct BlockLayout {
    let byteCount: UInt
    let alignmentLog2: UInt8

    static let prefixByteCount: UInt = 16
    static let leastCanary: UInt = 8
    static let mostCanary: UInt = 24
    /// Larger requests fail: the sum with the layout would pass half of the address space.
    static let byteCountLimit = UInt(Int.max) - (1 << 40)

    /// Bytes from the backend's pointer to the caller's.
    @inline(__always)
    var prefixDistance: UInt { max(BlockLayout.prefixByteCount, 1 << UInt(alignmentLog2)) }

    /// Bytes of the rear canary.
    @inline(__always)
    var canaryByteCount: UInt {
      // glibc keeps a pointer to the end of its last chunk: that must not be the address of an
      // empty block, or the leak scan would find it reached.
      byteCount == 0
        ? BlockLayout.mostCanary : BlockLayout.leastCanary + ((0 &- byteCount) & 15)
    }

    /// Bytes asked of the backend.
    @inline(__always)
    var totalByteCount: UInt { prefixDistance + byteCount + canaryByteCount }
  }

  /// What stands before every pointer that the layer returns.
  @safe
  struct Prefix {
    let id: UInt32
    let alignmentLog2: UInt8
    let kind: UInt8

    static let magic: UInt64 = 0x5A4D
    static let recorded: UInt8 = 1
    static let unrecorded: UInt8 = 2
    /// Of a guarded block: others are to look for it where those are.
    static let guarded: UInt8 = 3
    /// The place of an unrecorded block's size, from the caller's pointer down.
    static let sizeDistance: UInt = 24
    static let unrecordedDistance: UInt = 32

    /// Reads a prefix word; nil when it is none of ours.
    @inline(__always)
    init?(word: UInt64) {
      guard (word >> 32) & 0xFFFF == Prefix.magic else { return nil }
      id = UInt32(truncatingIfNeeded: word)
      alignmentLog2 = UInt8(truncatingIfNeeded: word >> 48)
      kind = UInt8(truncatingIfNeeded: word >> 56)
    }

    @inline(__always)
    static func write(before address: UInt, id: UInt32, alignmentLog2: UInt8, kind: UInt8) {
      Memory.store64(address - 16, word(id: id, alignmentLog2: alignmentLog2, kind: kind))
    }

    @inline(__always)
    static func word(id: UInt32, alignmentLog2: UInt8, kind: UInt8) -> UInt64 {
      UInt64(id) | magic << 32 | UInt64(alignmentLog2) << 48 | UInt64(kind) << 56
    }
  }
#endif
