// A campaign of failed allocations, seen from inside the process: the page that it shares with the
// command, on which this process says what became of it.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// The page shared with the command.
  @safe
  enum Campaign {
    private static func page() -> UnsafeMutablePointer<CampaignPage>? {
      let at = unsafe state.pointee.campaignPage
      guard at != 0 else { return nil }
      return unsafe Memory.pointer(at).assumingMemoryBound(to: CampaignPage.self)
    }

    /// Maps the memory behind the descriptor that the options name, and lets the descriptor go: the
    /// program's own files are numbered as ever.
    static func start() {
      let descriptor = unsafe state.pointee.campaignDescriptor
      guard descriptor > 0 else { return }
      let at = unsafe zmalloc_map_shared(descriptor, CampaignPage.byteCount)
      zmalloc_close(descriptor)
      guard let at = unsafe at else { return }
      let base = UInt(bitPattern: at)
      OwnMappings.add(base, UInt(CampaignPage.byteCount))
      unsafe state.pointee.campaign = base
      unsafe state.pointee.campaignPage = base
      unsafe state.pointee.sites = base + UInt(CampaignPage.siteOffset)
      // A run is to be the same each time.
      unsafe state.pointee.secret = 0x5A6D_616C_6C6F_6321
      unsafe switches.pointee.fixed_random = 1
      unsafe switches.pointee.is_tried = 1
      zmalloc_end_with_parent()
      begin()
    }

    /// Waits until the command lets this copy begin, where it was forked ahead of its time.
    static func waitForGate() {
      let ticket = unsafe state.pointee.ticket
      guard ticket != 0, unsafe state.pointee.campaign != 0 else { return }
      let gate = unsafe state.pointee.campaign + UInt(CampaignPage.gateOffset)
      unsafe zmalloc_wait_for(Memory.word32(gate), ticket)
    }

    /// Says that this process has begun.
    static func begin() {
      guard let page = unsafe page() else { return }
      var fresh = CampaignPage()
      fresh.magic = CampaignPage.magicValue
      fresh.layoutByteCount = UInt32(MemoryLayout<CampaignPage>.size)
      fresh.phase = CampaignPhase.started.rawValue
      fresh.processID = unsafe state.pointee.processID
      fresh.pointsBeforeFork = unsafe state.pointee.faultPoints
      fresh.siteCount = unsafe state.pointee.siteCount
      unsafe page.pointee = fresh
    }

    /// Goes on with a page of its own: a split child.
    static func take(slot: UInt32) {
      let offset = CampaignPage.slotOffset + Int(slot) * CampaignPage.slotStride
      unsafe state.pointee.campaignPage = state.pointee.campaign + UInt(offset)
      begin()
    }

    /// In a child that the program forked: the page is its parent's, and nothing fails.
    static func leave() {
      guard unsafe state.pointee.campaign != 0 else { return }
      unsafe state.pointee.campaignPage = 0
      unsafe state.pointee.splits = 0
      // Two processes at once must not write to one cache of the unwinder.
      zmalloc_keep_unwinder_apart()
      FaultPoints.disarm()
    }

    static func countSites(_ count: UInt32) {
      guard unsafe state.pointee.campaignPage == state.pointee.campaign,
        let page = unsafe page()
      else { return }
      unsafe page.pointee.siteCount = count
    }

    static func noteFault(_ entry: FaultEntry) {
      guard let page = unsafe page() else { return }
      if unsafe page.pointee.firstFaultSite == 0 {
        unsafe page.pointee.firstFaultSite = entry.site
      }
      unsafe page.pointee.lastFaultPlace = SiteKey.ofPlace(stack: entry.stack)
      unsafe page.pointee.faultCount = state.pointee.faultCount
      unsafe page.pointee.pointCount = state.pointee.faultPoints
    }

    static func noteViolation(_ entry: ViolationEntry) {
      guard let page = unsafe page() else { return }
      if unsafe page.pointee.violationKind == 0 {
        unsafe page.pointee.violationKind = UInt32(entry.kind)
        let isAtEnd = entry.foundAtEnd != 0
        let stack = isAtEnd ? entry.allocated.stack : entry.noticed.stack
        unsafe page.pointee.violationPlace = SiteKey.ofPlace(stack: stack)
      }
      unsafe page.pointee.violationCount += 1
    }

    static func noteCrash(_ entry: CrashEntry) {
      guard let page = unsafe page() else { return }
      unsafe page.pointee.crashSignal = entry.signal
      unsafe page.pointee.crashPlace = SiteKey.ofPlace(stack: entry.stack)
      unsafe page.pointee.pointCount = state.pointee.faultPoints
    }

    /// Whether the end is one at which lost blocks are told: not where a program of a campaign ends
    /// itself from the depth of a call, which leaves what its callers hold.
    static var asksForLeaks: Bool {
      guard let page = unsafe page() else { return true }
      unsafe page.pointee.descriptors = openDescriptors()
      let holdsMore = holdsUnknown
      // Where nothing can be lost nobody asks from how deep the end came.
      let depth = unsafe holdsMore || hasOpenFiles(page.pointee.descriptors) ? exitDepth() : 0
      unsafe page.pointee.exitDepth = depth
      return unsafe state.pointee.recordsAlways != 0 || (depth <= 1 && holdsMore)
    }

    /// Whether a block is left that the program could have lost: more than the buffers of its
    /// standard streams, and what a global still points at as in an earlier run.
    private static var holdsUnknown: Bool {
      guard Totals.now().liveBlocks <= RootSlots.limit else { return true }
      for id in 1..<max(1, unsafe state.pointee.nextCell) {
        let cell = Cell(id: id)
        guard cell.state == CellState.live, UInt32(cell.family) != LiveBlocks.internalFamily else {
          continue
        }
        if !zmalloc_is_stream_buffer(cell.address) && !RootSlots.hold(cell) { return true }
      }
      return false
    }

    /// At the last hook.
    static func noteEnd(_ leaks: LeakScan?) {
      guard let page = unsafe page() else { return }
      if let leaks {
        unsafe page.pointee.lostBlockCount = UInt64(leaks.lostCount)
        leaks.forEachTree { stack in unsafe note(SiteKey.of(stack: stack), page) }
      }
      unsafe page.pointee.pointCount = state.pointee.faultPoints
      unsafe page.pointee.phase = CampaignPhase.ended.rawValue
    }

    /// Counts a lost tree by its site.
    private static func note(_ key: UInt64, _ page: UnsafeMutablePointer<CampaignPage>) {
      for pair in 0..<CampaignPage.lostSiteLimit {
        let known = unsafe page.pointee.lostSites[pair * 2]
        // What does not fit is counted with the last.
        guard known == 0 || known == key || pair == CampaignPage.lostSiteLimit - 1 else { continue }
        if known == 0 { unsafe page.pointee.lostSites[pair * 2] = key }
        unsafe page.pointee.lostSites[pair * 2 + 1] += 1
        return
      }
    }

    /// The frames above the call of exit that belong to neither libc, the dynamic linker nor us,
    /// `_start` left out.
    private static func exitDepth() -> UInt64 {
      guard let mine = unsafe zmalloc_current_thread(), unsafe zmalloc_capture_all(mine) else {
        return 0
      }
      let first = unsafe Int(mine.pointee.first_frame)
      var depth: UInt64 = 0
      for index in 0..<(unsafe Int(mine.pointee.frame_count)) {
        let frame = unsafe zmalloc_thread_frames(mine)[first + index]
        if !isSystem(frame) { depth += 1 }
      }
      return depth > 0 ? depth - 1 : 0
    }

    private static func isSystem(_ frame: UInt) -> Bool {
      var module = unsafe zmalloc_found_module()
      guard unsafe zmalloc_find_module(frame, &module) else { return true }
      let name = unsafe UInt(bitPattern: module.name)
      guard name != 0, Memory.load8(name) != 0 else { return false }
      let start = RecordFile.lastPart(name)
      let word = Word(start: start, end: start + RecordFile.byteCount(start))
      return word.matches(Word.bytes("libc.so*")) || word.matches(Word.bytes("ld-linux*"))
        || word.matches(Word.bytes("libzmalloc*"))
    }

    /// The open descriptors below 512, a bit each.
    private static func openDescriptors() -> InlineArray<8, UInt64> {
      var bits = InlineArray<8, UInt64>(repeating: 0)
      unsafe withUnsafeMutablePointer(to: &bits) { bits in
        unsafe bits.withMemoryRebound(to: UInt64.self, capacity: 8) {
          unsafe zmalloc_open_descriptors($0, 8)
        }
      }
      return bits
    }

    /// Whether more than the standard streams is open.
    private static func hasOpenFiles(_ bits: InlineArray<8, UInt64>) -> Bool {
      if bits[0] > 7 { return true }
      for word in 1..<8 where bits[word] != 0 { return true }
      return false
    }

    /// Visits the open descriptors below 512.
    static func forEachDescriptor(_ visit: (UInt32) -> Void) {
      let bits = openDescriptors()
      for number in 0..<UInt32(512) {
        if bits[Int(number / 64)] >> UInt64(number % 64) & 1 != 0 { visit(number) }
      }
    }

    /// A split child was stopped.
    static func noteOutside() {
      guard let page = unsafe page() else { return }
      unsafe page.pointee.phase = CampaignPhase.outside.rawValue
    }
  }
#endif
