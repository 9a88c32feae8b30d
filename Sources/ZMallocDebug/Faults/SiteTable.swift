// The sites: stacks from which a plan's points came, in the order of their first points. They stand
// in the memory that a campaign shares with us, or in our own. A second table finds them by key.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// The sites that were seen.
  @safe
  enum SiteTable {
    /// Powers of two: few pages at first, since each copy of a forked process touches its own.
    private static let firstBucketCount: UInt = 2048
    private static var bucketCount: UInt { unsafe state.pointee.siteBucketCount }
    static let entryByteCount = UInt(MemoryLayout<CampaignSite>.size)
    /// In a stack's fault word: the site is known.
    ///
    /// The low bits are the terms that it matches.
    static let known: UInt32 = 1 << 30

    static var count: UInt32 {
      unsafe min(state.pointee.siteCount, UInt32(CampaignPage.siteCapacity))
    }

    static func entry(_ index: UInt32) -> UInt {
      unsafe state.pointee.sites + UInt(index) * entryByteCount
    }

    /// Makes the tables; false when there is no memory for them.
    static func start() -> Bool {
      if unsafe state.pointee.siteBuckets == 0 {
        unsafe state.pointee.siteBuckets = Memory.map(firstBucketCount * 4) ?? 0
        unsafe state.pointee.siteBucketCount = firstBucketCount
      }
      if unsafe state.pointee.sites == 0 {
        unsafe state.pointee.sites =
          Memory.map(UInt(CampaignPage.siteCapacity) * entryByteCount) ?? 0
      }
      return unsafe state.pointee.siteBuckets != 0 && state.pointee.sites != 0
    }

    /// Says what is known of a point's site, and notes it when it is the first of it.
    static func note(_ point: inout FaultPoint, stack: UInt32) {
      guard stack != 0 else { return }
      let node = StackDepot.address(of: stack)
      var word = StackDepot.faultWord(node)
      if word & known == 0 { word = register(node, stack, &point) }
      point.matches = word & 0xFF
      let index = StackDepot.siteIndex(node)
      guard index != 0 else { return }
      let at = entry(index - 1)
      point.site = Memory.load64(at)
      unsafe _ = zmalloc_add64(Memory.word64(at + 16), 1)
      if unsafe state.pointee.countsSites != 0 { tell(point.number, index) }
    }

    /// Tells the campaign from which site a point came, so that it can ask for it by its number.
    private static func tell(_ number: UInt64, _ index: UInt32) {
      let campaign = unsafe state.pointee.campaign
      guard campaign != 0, number > 0, number <= UInt64(CampaignPage.pointCapacity),
        index <= UInt32(UInt16.max)
      else { return }
      let at = campaign + UInt(CampaignPage.pointOffset) + UInt(number - 1) * 2
      unsafe Memory.pointer(at).storeBytes(of: UInt16(index), as: UInt16.self)
    }

    /// Enters a stack that no point came from before; returns its fault word.
    private static func register(
      _ node: UInt, _ stack: UInt32, _ point: inout FaultPoint
    ) -> UInt32 {
      let key = SiteKey.of(stack: stack)
      Lock.sites.acquire()
      defer { Lock.sites.release() }
      let seen = StackDepot.faultWord(node)
      if seen & known != 0 { return seen }
      guard grow() else { return known }
      var slot = UInt(truncatingIfNeeded: key) & (bucketCount - 1)
      while true {
        let index = Memory.load32(unsafe state.pointee.siteBuckets + slot * 4)
        if index == 0 {
          point.isFirst = true
          StackDepot.setSiteIndex(node, add(key, stack, point.number, slot))
          break
        }
        if Memory.load64(entry(index - 1)) == key {
          StackDepot.setSiteIndex(node, index)
          break
        }
        slot = (slot + 1) & (bucketCount - 1)
      }
      let word = unsafe known | matches(key, node, state.pointee.plan)
      StackDepot.setFaultWord(node, word)
      return word
    }

    /// Adds a site; its index plus one, 0 when the table is full.
    private static func add(
      _ key: UInt64, _ stack: UInt32, _ number: UInt64, _ slot: UInt
    ) -> UInt32 {
      let index = unsafe state.pointee.siteCount
      unsafe state.pointee.siteCount = index + 1
      guard index < UInt32(CampaignPage.siteCapacity) else { return 0 }
      var site = CampaignSite()
      site.key = key
      site.firstPoint = number
      site.time = zmalloc_fine_time() &- (unsafe state.pointee.startFine)
      site.stack = stack
      unsafe Memory.pointer(entry(index)).storeBytes(of: site, as: CampaignSite.self)
      Memory.store32(unsafe state.pointee.siteBuckets + slot * 4, index + 1)
      Campaign.countSites(index + 1)
      return index + 1
    }

    /// Makes room before the table is more than half full; false when there is no memory for it.
    private static func grow() -> Bool {
      let old = unsafe (at: state.pointee.siteBuckets, count: state.pointee.siteBucketCount)
      guard unsafe UInt(state.pointee.siteCount) * 2 >= old.count else { return true }
      guard let fresh = Memory.map(old.count * 16) else { return false }
      for index in 0..<count {
        var slot = UInt(truncatingIfNeeded: Memory.load64(entry(index))) & (old.count * 4 - 1)
        while Memory.load32(fresh + slot * 4) != 0 { slot = (slot + 1) & (old.count * 4 - 1) }
        Memory.store32(fresh + slot * 4, index + 1)
      }
      unsafe state.pointee.siteBuckets = fresh
      unsafe state.pointee.siteBucketCount = old.count * 4
      Memory.unmap(old.at, old.count * 4)
      return true
    }

    /// Which terms of the plan a site matches, a bit each.
    static func matches(_ key: UInt64, _ node: UInt, _ plan: FaultPlan) -> UInt32 {
      var bits: UInt32 = 0
      for index in 0..<Int(plan.count) {
        let term = plan.terms[index]
        let isMatch =
          switch term.kind {
          case .site: term.first == key
          case .function: FramePattern.hasFunction(node, term.text)
          case .module: FramePattern.isFromModule(node, term.text)
          default: false
          }
        if isMatch { bits |= 1 << UInt32(index) }
      }
      return bits
    }

    /// Asks all known stacks anew what they match: another plan is in force.
    ///
    /// A site may have more stacks than the first: its key leaves out what two of them differ in.
    static func renewMatches() {
      StackDepot.forEachID { id in
        let node = StackDepot.address(of: id)
        guard StackDepot.faultWord(node) & known != 0 else { return }
        let index = StackDepot.siteIndex(node)
        let key = index != 0 ? Memory.load64(entry(index - 1)) : SiteKey.of(stack: id)
        let word = known | matches(key, node, unsafe state.pointee.plan)
        // A copy of the process pays for each page it writes to.
        if word != StackDepot.faultWord(node) { StackDepot.setFaultWord(node, word) }
      }
    }
  }
#endif
