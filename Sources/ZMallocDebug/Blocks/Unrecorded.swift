// Blocks without a record: what the process allocates while the layer is busy on this thread (the
// unwinder, the dynamic linker, a signal's handler), which stand aside, and everything past the
// limit of records. They have a prefix and canaries like the others, and before the prefix their
// size and where the piece begins that they stand in, 0 where it is one of the allocator below.
//
//   | begin:8 | size:8 | id 0, tag | front canary | the caller's bytes | rear canary |
#if DEBUG_LAYER
  import CZMalloc

  /// Blocks that the layer gave out and knows nothing more of.
  @safe
  enum Unrecorded {
    /// A block of the allocator below, or one that stands aside.
    static func allocate(
      _ byteCount: UInt, _ alignment: UInt, _ call: UInt32, _ thread: ThreadState?,
      aside: Bool = false
    ) -> UInt? {
      guard byteCount < BlockLayout.byteCountLimit, alignment < 1 << 40 else { return nil }
      let distance = max(Prefix.unrecordedDistance, alignment)
      let layout = BlockLayout(byteCount: byteCount, alignmentLog2: 4)
      let total = distance + byteCount + layout.canaryByteCount
      let zeroed = call & UInt32(ZMALLOC_CALL_ZEROED) != 0
      let piece =
        aside
        ? Aside.take(total, alignment: alignment)
        : Below.allocate(total, alignment: alignment, zeroed: zeroed)
      guard let piece else { return nil }
      let address = ((piece + alignment - 1) & ~(alignment - 1)) + distance
      if aside, zeroed { Memory.fill(address, 0, byteCount) }
      let log2 = UInt8(truncatingIfNeeded: distance.trailingZeroBitCount)
      Memory.store64(address - beginDistance, aside ? UInt64(piece) : 0)
      Memory.store64(address - Prefix.sizeDistance, UInt64(byteCount))
      Prefix.write(before: address, id: 0, alignmentLog2: log2, kind: Prefix.unrecorded)
      Canary(address: address, byteCount: byteCount).write(address: address, layout: layout)
      if let thread = unsafe thread { unsafe thread.pointee.unrecorded += 1 }
      return address
    }

    /// The place of the piece's begin, from the caller's pointer down.
    private static let beginDistance: UInt = 32

    /// The size of an unrecorded block; nil when the pointer is none, or its canary is damaged.
    static func byteCount(_ address: UInt) -> UInt? {
      guard address & 15 == 0, address > 65536 else { return nil }
      var word: UInt64 = 0
      var size: UInt64 = 0
      guard unsafe zmalloc_probe_load(Memory.pointer(address - 16), &word),
        unsafe zmalloc_probe_load(Memory.pointer(address - Prefix.sizeDistance), &size),
        let prefix = Prefix(word: word), prefix.kind == Prefix.unrecorded
      else { return nil }
      let canary = Canary(address: address, byteCount: UInt(size))
      return canary.frontIsWhole(address) ? UInt(size) : nil
    }

    /// Frees an unrecorded block; the caller has its size from ``byteCount(_:)``.
    ///
    /// `isBusy` says that the allocator below may be in the middle of a change.
    static func free(_ address: UInt, _ byteCount: UInt, isBusy: Bool = false) {
      let prefix = Prefix(word: Memory.load64(address - 16))
      let log2 = prefix?.alignmentLog2 ?? 5
      let distance: UInt = 1 << UInt(log2)
      let piece = UInt(Memory.load64(address - beginDistance))
      if piece == 0, isBusy {
        return LateFrees.add(unrecorded: address, distanceLog2: log2)
      }
      Memory.store64(address - 16, 0)
      if piece == 0 { return Below.free(address - distance) }
      let layout = BlockLayout(byteCount: byteCount, alignmentLog2: 4)
      // The distance is the alignment, or more than it needs where that is small.
      let alignment = distance > Prefix.unrecordedDistance ? distance : 16
      Aside.giveBack(
        piece, distance + byteCount + layout.canaryByteCount, alignment: alignment)
    }
  }

  /// The entrance of an allocation while the layer is busy on this thread.
  @c @implementation
  func zmalloc_layer_allocate_unrecorded(
    _ size: Int, _ alignment: Int, _ call: UInt32
  ) -> UnsafeMutableRawPointer? {
    let thread = unsafe zmalloc_current_thread()
    let address = unsafe Unrecorded.allocate(
      UInt(bitPattern: size), UInt(bitPattern: alignment), call, thread, aside: true)
    return unsafe UnsafeMutableRawPointer(bitPattern: address ?? 0)
  }

  /// The entrance of realloc while the layer is busy on this thread.
  @c @implementation
  func zmalloc_layer_reallocate_unrecorded(
    _ pointer: UnsafeMutableRawPointer?, _ size: Int, _ call: UInt32
  ) -> UnsafeMutableRawPointer? {
    guard let pointer = unsafe pointer else {
      return unsafe zmalloc_layer_allocate_unrecorded(size, 16, call)
    }
    if size == 0 {
      unsafe _ = zmalloc_layer_free_unrecorded(pointer, call)
      return nil
    }
    let moved = unsafe zmalloc_layer_allocate_unrecorded(size, 16, call)
    guard let moved = unsafe moved else { return nil }
    let old = unsafe zmalloc_layer_usable_size(pointer)
    Memory.copy(
      to: UInt(bitPattern: moved), from: UInt(bitPattern: pointer), UInt(min(old, size)))
    unsafe _ = zmalloc_layer_free_unrecorded(pointer, call)
    return unsafe moved
  }

  /// The entrance of free while the layer is busy on this thread.
  ///
  /// A recorded block that is freed here (the dynamic linker does) skips the quarantine, whose
  /// lists may be in use, and goes back below later.
  @c @implementation
  func zmalloc_layer_free_unrecorded(
    _ pointer: UnsafeMutableRawPointer?, _ call: UInt32
  ) -> Int {
    let address = UInt(bitPattern: pointer)
    if let byteCount = Unrecorded.byteCount(address) {
      Unrecorded.free(address, byteCount, isBusy: true)
      return Int(byteCount)
    }
    if let cell = GuardedBlocks.find(address) { return Int(GuardedBlocks.abandon(cell)) }
    guard let cell = LiveBlocks.find(address) else { return 0 }
    let byteCount = cell.byteCount
    while !cell.change(from: CellState.live, to: CellState.free, link: 0) {
      guard Holding.hasEnded(cell) else { return 0 }
    }
    if let thread = unsafe zmalloc_current_thread() {
      unsafe LiveBlocks.count(thread, cell, byteCount)
    }
    Memory.store64(address - 16, 0)
    LateFrees.add(cell)
    return Int(byteCount)
  }

  /// Whether a pointer has a prefix of ours and a record that agrees, or a prefix that needs none.
  @c @implementation
  func zmalloc_layer_is_block(_ pointer: UnsafeMutableRawPointer?) -> Bool {
    let address = UInt(bitPattern: pointer)
    return LiveBlocks.find(address) != nil || GuardedBlocks.find(address) != nil
      || Unrecorded.byteCount(address) != nil
  }

  /// The bytes that the caller may write: exactly the request.
  @c @implementation
  func zmalloc_layer_usable_size(_ pointer: UnsafeMutableRawPointer?) -> Int {
    let address = UInt(bitPattern: pointer)
    if let cell = LiveBlocks.find(address) { return Int(cell.byteCount) }
    if let cell = GuardedBlocks.find(address) { return Int(cell.byteCount) }
    if let byteCount = Unrecorded.byteCount(address) { return Int(byteCount) }
    return Misuse.usableByteCount(address)
  }
#endif
