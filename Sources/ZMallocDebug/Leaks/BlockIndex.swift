// Live blocks by address, for the leak scan: sorted entries, and over them buckets that make a
// look-up a load and a short walk. Addresses come in clusters (the heap, mappings of their own), so
// each cluster has buckets of its own.
//
//   entry: start:u64 byteCount:u32 cell:u32     byteCount 2^32-1: larger, the cell knows; the
//                                               cell's id has 25 bits, those above are marks
//   cluster: blocks less than 64 MiB apart
//   bucket b: the index of the last block that starts at or before low + b << shift
#if DEBUG_LAYER
  import CZMalloc

  /// A run of blocks that lie close together.
  struct BlockCluster: BitwiseCopyable {
    var low: UInt = 0
    var high: UInt = 0
    var shift: UInt = 0
    var firstIndex: UInt32 = 0
    var endIndex: UInt32 = 0
    /// The cluster's first bucket, counted over all clusters.
    var firstBucket: UInt32 = 0
    var reserved: UInt32 = 0
  }

  /// An index over the live blocks.
  @safe
  struct BlockIndex {
    static let clusterLimit: UInt = 64
    static let clusterGap: UInt = 64 << 20
    static let entryByteCount: UInt = 16
    static let clusterByteCount = UInt(MemoryLayout<BlockCluster>.stride)

    private(set) var count: UInt32 = 0
    private var entries: UInt = 0
    private var spare: UInt = 0
    private var buckets: UInt = 0
    private(set) var bucketCount: UInt = 0
    private var capacity: UInt = 0
    /// In mapped memory: the index is passed by value, and a thread's stack may be small.
    private var clusters: UInt = 0
    private var clusterCount: UInt = 0

    /// Collects the live blocks; nil when there is no memory for that.
    init?() {
      capacity = UInt(max(1, unsafe state.pointee.nextCell))
      entries = Memory.map(capacity * BlockIndex.entryByteCount) ?? 0
      spare = Memory.map(capacity * BlockIndex.entryByteCount) ?? 0
      clusters = Memory.map(BlockIndex.clusterLimit * BlockIndex.clusterByteCount) ?? 0
      guard entries != 0, spare != 0, clusters != 0 else {
        release()
        return nil
      }
      // All of both is written to: the fewer pages, the fewer faults.
      unsafe zmalloc_make_pages_large(
        Memory.pointer(entries), Int(capacity * BlockIndex.entryByteCount))
      unsafe zmalloc_make_pages_large(
        Memory.pointer(spare), Int(capacity * BlockIndex.entryByteCount))
      collect()
      guard sort(), makeClusters() else {
        release()
        return nil
      }
    }

    /// Gives back what could be mapped.
    func release() {
      Memory.unmap(entries, capacity * BlockIndex.entryByteCount)
      Memory.unmap(spare, capacity * BlockIndex.entryByteCount)
      Memory.unmap(buckets, max(1, bucketCount) * 4)
      Memory.unmap(clusters, BlockIndex.clusterLimit * BlockIndex.clusterByteCount)
    }

    @inline(__always)
    func start(_ index: UInt32) -> UInt {
      UInt(Memory.load64(entries &+ UInt(index) &* BlockIndex.entryByteCount))
    }

    @inline(__always)
    func cell(_ index: UInt32) -> Cell {
      Cell(
        id: Memory.load32(entries + UInt(index) * BlockIndex.entryByteCount + 12)
          & BlockIndex.idMask)
    }

    private static let idMask: UInt32 = 1 << 25 - 1
    /// The marks: what the layer itself had allocated, what a parent did, and what the dynamic
    /// linker did.
    static let isInternal: UInt32 = 1 << 31
    static let isInherited: UInt32 = 1 << 30
    static let isLinkers: UInt32 = 1 << 29
    /// Something reaches it.
    static let isReached: UInt32 = 1 << 28

    /// Whether a block has one of some marks.
    @inline(__always)
    func has(_ marks: UInt32, _ index: UInt32) -> Bool {
      Memory.load32(entries &+ UInt(index) &* BlockIndex.entryByteCount &+ 12) & marks != 0
    }

    /// Takes a block for reached; false when it was before.
    @inline(__always)
    func reach(_ index: UInt32) -> Bool {
      let at = entries &+ UInt(index) &* BlockIndex.entryByteCount &+ 12
      let known = Memory.load32(at)
      if known & BlockIndex.isReached != 0 { return false }
      Memory.store32(at, known | BlockIndex.isReached)
      return true
    }

    @inline(__always)
    func byteCount(_ index: UInt32) -> UInt {
      let short = Memory.load32(entries &+ UInt(index) &* BlockIndex.entryByteCount &+ 8)
      return short == .max ? cell(index).byteCount : UInt(short)
    }

    /// The block that holds an address, or starts there: `noBlock` for none.
    ///
    /// Interior pointers count.
    @inline(__always)
    func find(_ address: UInt) -> UInt32 {
      guard let bucket = bucket(address) else { return BlockIndex.noBlock }
      return find(address, from: firstEntry(bucket))
    }

    /// The same where it is not asked often: the loop's frame stays small.
    @inline(never)
    func findSeldom(_ address: UInt) -> UInt32 { find(address) }

    /// Where a look-up begins: the number of an address's bucket.
    ///
    /// Nil for an address that lies in no cluster.
    @inline(__always)
    func bucket(_ address: UInt) -> UInt? {
      for number in 0..<clusterCount {
        let at = clusters &+ number &* BlockIndex.clusterByteCount
        let low = UInt(Memory.load64(at))
        guard address &- low < UInt(Memory.load64(at &+ 8)) &- low else { continue }
        let cluster = cluster(number)
        return UInt(cluster.firstBucket) &+ (address &- low) &>> cluster.shift
      }
      return nil
    }

    /// Where a look-up goes on: the entry that a bucket names.
    @inline(__always)
    func firstEntry(_ bucket: UInt) -> UInt32 { Memory.load32(buckets &+ bucket &* 4) }

    /// How a look-up ends: from the entry that the bucket names.
    ///
    /// What the next cluster holds starts behind the address.
    @inline(__always)
    func find(_ address: UInt, from first: UInt32) -> UInt32 {
      var index = first
      while index &+ 1 < count && start(index &+ 1) <= address { index &+= 1 }
      let offset = address &- start(index)
      let size = byteCount(index)
      return offset < size || (offset == 0 && size == 0) ? index : BlockIndex.noBlock
    }

    /// Has the memory of a bucket fetched.
    @inline(__always)
    func ask(forBucket bucket: UInt) {
      unsafe zmalloc_prefetch(Memory.pointer(buckets &+ bucket &* 4))
    }

    /// Has the memory of a block's entry fetched.
    @inline(__always)
    func ask(forEntry index: UInt32) {
      unsafe zmalloc_prefetch(Memory.pointer(entries &+ UInt(index) &* BlockIndex.entryByteCount))
    }

    static let noBlock = UInt32.max

    @inline(__always)
    private func cluster(_ number: UInt) -> BlockCluster {
      unsafe Memory.pointer(clusters + number * BlockIndex.clusterByteCount)
        .load(as: BlockCluster.self)
    }

    private mutating func collect() {
      var traits = BlockTraits()
      for id in 1..<UInt32(capacity) {
        let cell = Cell(id: id)
        guard cell.state == CellState.live else { continue }
        let at = entries + UInt(count) * BlockIndex.entryByteCount
        Memory.store64(at, UInt64(cell.address))
        Memory.store32(at + 8, UInt32(min(cell.byteCount, UInt(UInt32.max))))
        Memory.store32(at + 12, id | traits.marks(cell))
        count += 1
      }
    }

    /// Sorts by address: radix, least digit first.
    ///
    /// All digits are counted in one go; a pass whose digit never varies is left out. Few blocks
    /// have short digits: counts of long ones would be more pages than the blocks.
    ///
    /// - Returns: false when there is no memory for the counts.
    private mutating func sort() -> Bool {
      let width: UInt64 = count < 4096 ? 8 : 11
      let values = UInt(1) << UInt(width)
      // Addresses have 47 bits, the lowest four zero.
      let digits = (43 + UInt(width)) / UInt(width)
      guard let counts = Memory.map(digits * values * 4) else { return false }
      defer { Memory.unmap(counts, digits * values * 4) }
      for index in 0..<UInt(count) {
        var key = Memory.load64(entries + index * BlockIndex.entryByteCount) >> 4
        for digit in 0..<digits {
          let slot = counts + (digit * values + (UInt(key) & (values - 1))) * 4
          Memory.store32(slot, Memory.load32(slot) + 1)
          key >>= width
        }
      }
      for digit in 0..<digits {
        let shift = 4 + UInt64(digit) * width
        if pass(shift, values, counts + digit * values * 4) { swap(&entries, &spare) }
      }
      return true
    }

    /// Moves the entries by one digit; false when all have the same.
    private func pass(_ shift: UInt64, _ values: UInt, _ counts: UInt) -> Bool {
      var sum: UInt32 = 0
      for digit in 0..<values {
        let here = Memory.load32(counts + digit * 4)
        if here == count { return false }
        Memory.store32(counts + digit * 4, sum)
        sum += here
      }
      for index in 0..<UInt(count) {
        let from = entries + index * BlockIndex.entryByteCount
        let key = Memory.load64(from)
        let slot = counts + (UInt(key >> shift) & (values - 1)) * 4
        let place = UInt(Memory.load32(slot))
        Memory.store32(slot, UInt32(place) + 1)
        let to = spare + place * BlockIndex.entryByteCount
        Memory.store64(to, key)
        Memory.store64(to + 8, Memory.load64(from + 8))
      }
      return true
    }

    /// Cuts the sorted blocks into clusters and fills their buckets.
    private mutating func makeClusters() -> Bool {
      var index: UInt32 = 0
      while index < count {
        var end = index + 1
        while end < count
          && (start(end) - start(end - 1) < BlockIndex.clusterGap
            || clusterCount == BlockIndex.clusterLimit - 1)
        {
          end += 1
        }
        var cluster = BlockCluster()
        cluster.low = start(index)
        cluster.high = start(end - 1) + max(1, byteCount(end - 1))
        cluster.firstIndex = index
        cluster.endIndex = end
        cluster.firstBucket = UInt32(bucketCount)
        let span = cluster.high - cluster.low
        while span >> cluster.shift > UInt(end - index) * 2 { cluster.shift += 1 }
        bucketCount += (span >> cluster.shift) + 1
        let at = clusters + clusterCount * BlockIndex.clusterByteCount
        unsafe Memory.pointer(at).storeBytes(of: cluster, as: BlockCluster.self)
        clusterCount += 1
        index = end
      }
      guard let at = Memory.map(max(1, bucketCount) * 4) else { return false }
      buckets = at
      unsafe zmalloc_make_pages_large(Memory.pointer(buckets), Int(bucketCount * 4))
      for number in 0..<clusterCount { fillBuckets(self.cluster(number)) }
      return true
    }

    private func fillBuckets(_ cluster: BlockCluster) {
      var index = cluster.firstIndex
      for bucket in 0...((cluster.high - cluster.low) >> cluster.shift) {
        let low = cluster.low + bucket << cluster.shift
        while index + 1 < cluster.endIndex && start(index + 1) <= low { index += 1 }
        Memory.store32(buckets + (UInt(cluster.firstBucket) + bucket) * 4, index)
      }
    }
  }
#endif
