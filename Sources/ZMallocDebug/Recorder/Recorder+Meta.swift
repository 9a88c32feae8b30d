// The named values of a recording.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  extension Recorder {
    static func writeMeta(
      _ writer: inout RecordingWriter, _ reason: RecordingReason, _ leaks: LeakScan?,
      _ status: Int32?, _ scope: UInt32
    ) {
      writer.begin(.meta, entryByteCount: 0)
      writeStrings(&writer)
      writePlan(&writer, scope)
      writeIdentity(&writer, reason, status)
      writeCounts(&writer, scope)
      if let leaks { writeLeaks(&writer, leaks) }
      unsafe put(&writer, .leakCheckWaived, UInt64(state.pointee.leakCheckWaived))
      if scope != 0 { writeUnfreed(&writer, scope) }
      writer.end()
    }

    private static func put(_ writer: inout RecordingWriter, _ key: MetaKey, _ number: UInt64) {
      writer.countEntry()
      writer.put(key.rawValue)
      writer.put(UInt32(8))
      writer.put(number)
    }

    private static func put(
      _ writer: inout RecordingWriter, _ key: MetaKey, bytes start: UInt, _ byteCount: UInt
    ) {
      writer.countEntry()
      writer.put(key.rawValue)
      writer.put(UInt32(byteCount))
      writer.put(bytes: start, byteCount)
      writer.pad()
    }

    private static func put(
      _ writer: inout RecordingWriter, _ key: MetaKey, _ text: StaticString
    ) {
      let word = Word.bytes(text)
      put(&writer, key, bytes: word.start, word.byteCount)
    }

    private static func put(
      _ writer: inout RecordingWriter, _ key: MetaKey, string start: UInt
    ) {
      put(&writer, key, bytes: start, RecordFile.byteCount(start))
    }

    private static func writeStrings(_ writer: inout RecordingWriter) {
      put(&writer, .executable, string: LayerStorage.executable)
      put(&writer, .options, string: LayerStorage.optionsText)
      writeSanitizerTexts(&writer)
      put(&writer, .layerVersion, layerVersion)
      put(&writer, .machine, string: unsafe UInt(bitPattern: zmalloc_machine()))
      #if PRELOAD
        put(&writer, .variant, "preload")
      #elseif hasFeature(Embedded)
        put(&writer, .variant, "library")
      #else
        put(&writer, .variant, "swift")
      #endif
      guard let scratch = Memory.map(8192) else { return }
      defer { Memory.unmap(scratch, 8192) }
      let folder = unsafe zmalloc_working_directory(RecordFile.cString(scratch), 4096)
      if folder > 0 { put(&writer, .workingDirectory, bytes: scratch, UInt(folder)) }
      let path: StaticString = "/proc/self/cmdline"
      let descriptor = unsafe path.utf8Start.withMemoryRebound(to: CChar.self, capacity: 19) {
        unsafe zmalloc_open_read($0)
      }
      guard descriptor >= 0 else { return }
      defer { zmalloc_close(descriptor) }
      let got = unsafe zmalloc_read(descriptor, Memory.pointer(scratch), 4096)
      if got > 0 { put(&writer, .arguments, bytes: scratch, UInt(got)) }
    }

    /// What the program and the environment said in LeakSanitizer's ways.
    private static func writeSanitizerTexts(_ writer: inout RecordingWriter) {
      let options = unsafe (state.pointee.sanitizerOptions, state.pointee.sanitizerOptionsByteCount)
      if options.0 != 0 { put(&writer, .sanitizerOptions, bytes: options.0, options.1) }
      let rules = unsafe (state.pointee.suppressions, state.pointee.suppressionsByteCount)
      if rules.0 != 0 { put(&writer, .suppressions, bytes: rules.0, rules.1) }
    }

    /// The plan and the seed: those of the scope that the recording is about, if it has its own.
    private static func writePlan(_ writer: inout RecordingWriter, _ scope: UInt32) {
      let own = FaultScopes.planText(scope)
      let seed = unsafe FaultScopes.known(scope)?.pointee.seed
      if !own.isEmpty {
        put(&writer, .faultPlan, bytes: own.start, own.byteCount)
      } else if scope == 0, unsafe state.pointee.plan.isArmed {
        let byteCount = unsafe UInt(state.pointee.planByteCount)
        unsafe put(&writer, .faultPlan, bytes: state.pointee.planText, byteCount)
      }
      unsafe put(&writer, .faultSeed, seed ?? state.pointee.seed)
    }

    private static func writeIdentity(
      _ writer: inout RecordingWriter, _ reason: RecordingReason, _ status: Int32?
    ) {
      unsafe put(&writer, .processID, UInt64(state.pointee.processID))
      put(&writer, .parentProcessID, UInt64(zmalloc_parent_id()))
      unsafe put(&writer, .startTime, state.pointee.startTime)
      put(&writer, .writeTime, zmalloc_wall_time())
      put(&writer, .reason, reason.rawValue)
      unsafe put(&writer, .forkedChild, UInt64(state.pointee.isForkedChild))
      put(&writer, .processTime, zmalloc_process_time())
      let stopTime = unsafe state.pointee.stopTime
      if stopTime > 0 { put(&writer, .stopTime, stopTime) }
      if let status { put(&writer, .exitStatus, UInt64(UInt32(bitPattern: status))) }
    }

    private static func writeCounts(_ writer: inout RecordingWriter, _ scope: UInt32) {
      let totals = Totals.now()
      let live = UInt64(max(0, totals.liveBytes))
      put(&writer, .allocationCount, totals.allocations)
      put(&writer, .freeCount, totals.frees)
      put(&writer, .liveBlockCount, UInt64(max(0, totals.liveBlocks)))
      put(&writer, .liveByteCount, live)
      unsafe put(&writer, .peakByteCount, max(live, state.pointee.peakBytes))
      put(&writer, .unrecordedCount, totals.unrecorded)
      unsafe put(&writer, .foreignFreeCount, state.pointee.foreignFrees)
      unsafe put(&writer, .stackCount, UInt64(state.pointee.stackCount))
      unsafe put(&writer, .stacksDropped, UInt64(state.pointee.stacksDropped))
      unsafe put(&writer, .siblingsDropped, state.pointee.siblingsDropped)
      unsafe put(&writer, .quarantineByteCount, state.pointee.quarantineBytes)
      unsafe put(&writer, .quarantineByteLimit, state.pointee.quarantineByteLimit)
      unsafe put(&writer, .recordLimitMet, UInt64(state.pointee.cellLimitMet))
      unsafe put(&writer, .mappingsUnread, UInt64(state.pointee.mappingsUnread))
      unsafe put(&writer, .modulesCut, UInt64(state.pointee.modulesCut))
      if unsafe state.pointee.guardRate != 0 { writeGuards(&writer) }
      unsafe put(&writer, .sweepCount, state.pointee.sweepCount)
      unsafe put(&writer, .operationCount, state.pointee.operations)
      let own = unsafe FaultScopes.known(scope)?.pointee
      let violations = unsafe own?.violations ?? UInt64(state.pointee.violationCount)
      put(&writer, .violationCount, violations)
      unsafe put(&writer, .faultCount, own?.faults ?? UInt64(state.pointee.faultCount))
      unsafe put(&writer, .faultPointCount, own?.points ?? state.pointee.faultPoints)
      let cells = unsafe UInt64(state.pointee.nextCell) * UInt64(Cell.byteCount)
      let threads = unsafe UInt64(state.pointee.threadCount) * UInt64(ThreadList.stride)
      unsafe put(&writer, .metadataByteCount, cells + threads + state.pointee.nextStack)
      let hasUnwinder = unsafe switches.pointee.backtrace != nil
      put(&writer, .unwinderPresent, hasUnwinder ? 1 : 0)
      unsafe put(&writer, .stackFrameLimit, UInt64(switches.pointee.allocation_frames))
    }

    private static func writeGuards(_ writer: inout RecordingWriter) {
      unsafe put(&writer, .guardedBlockCount, state.pointee.guardedCount)
      unsafe put(&writer, .unguardedBlockCount, state.pointee.guardsRefused)
      unsafe put(&writer, .unguardedLargeCount, state.pointee.guardsTooLarge)
      unsafe put(&writer, .unguardedPageCount, state.pointee.guardsWithoutPages)
      unsafe put(&writer, .guardAreaLimit, state.pointee.guardAreaLimit)
    }

    private static func writeLeaks(_ writer: inout RecordingWriter, _ leaks: LeakScan) {
      put(&writer, .leaksScanned, 1)
      unsafe put(&writer, .leakMode, state.pointee.leakMode == LeakMode.unfreed ? 1 : 0)
      put(&writer, .scanTime, leaks.nanoseconds)
      put(&writer, .scannedByteCount, leaks.scannedByteCount)
      put(&writer, .lostBlockCount, UInt64(leaks.lostCount))
      put(&writer, .lostByteCount, leaks.lostByteCount)
      put(&writer, .inheritedBlockCount, UInt64(leaks.inheritedCount))
      put(&writer, .reachableBlockCount, UInt64(leaks.reachableCount))
      put(&writer, .reachableByteCount, leaks.reachableByteCount)
      writeSilent(&writer, leaks.world)
    }

    /// Names the threads that did not stop for the scan, as many as a page holds.
    private static func writeSilent(_ writer: inout RecordingWriter, _ world: World) {
      guard world.silentCount > 0, let scratch = Memory.map(4096) else { return }
      defer { Memory.unmap(scratch, 4096) }
      let text = unsafe RecordFile.cString(scratch)
      var count: UInt32 = 0
      for index in 0..<world.count where world.isSilent(index) && count < 16 {
        var end = RecordFile.byteCount(scratch)
        if count > 0 { Memory.copy(to: scratch + end, from: Word.bytes(", ").start, 3) }
        end = RecordFile.byteCount(scratch)
        let id = world[index].kernel_id
        unsafe zmalloc_read_thread_name(id, text + Int(end))
        end = RecordFile.byteCount(scratch)
        Memory.copy(to: scratch + end, from: Word.bytes(" (").start, 3)
        unsafe zmalloc_append_number(text, id)
        end = RecordFile.byteCount(scratch)
        Memory.copy(to: scratch + end, from: Word.bytes(")").start, 2)
        count += 1
      }
      put(&writer, .silentThreads, string: scratch)
    }

    /// In a scope what is not freed is what the report is about.
    private static func writeUnfreed(_ writer: inout RecordingWriter, _ scope: UInt32) {
      let unfreed = ScopeRecording.unfreed(scope)
      put(&writer, .leaksScanned, 1)
      put(&writer, .leakMode, 1)
      put(&writer, .lostBlockCount, unfreed.count)
      put(&writer, .lostByteCount, unfreed.byteCount)
    }
  }
#endif
