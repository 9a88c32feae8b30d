// Puts a recording together: named values, modules, threads, blocks, sites, violations, the crash,
// faults, and last the stacks that the others mention.
#if DEBUG_LAYER
  import CZMalloc
  import RecordingFormat

  /// Writes recordings.
  @safe
  enum Recorder {
    static let layerVersion: StaticString = "0.1.0"

    /// Writes a recording.
    ///
    /// - Parameters:
    ///   - reason: Why it is written.
    ///   - leaks: What the leak scan found, if one ran.
    ///   - crash: The fatal signal, if one came.
    ///   - status: The exit status that the program asked for.
    ///   - path: A path that was asked for, or 0 for the pattern.
    ///   - scope: The scope whose blocks, mistakes and failures alone it is about, 0 for all.
    /// - Returns: Whether it is complete; if not, a line on standard error says why.
    @discardableResult
    static func record(
      _ reason: RecordingReason, leaks: LeakScan? = nil, crash: CrashEntry? = nil,
      status: Int32? = nil, path: UInt = 0, scope: UInt32 = 0
    ) -> Bool {
      // A campaign reads the shared page, and asks for recordings of what it shows to people.
      guard unsafe state.pointee.campaign == 0 || state.pointee.recordsAlways != 0 else {
        return false
      }
      guard unsafe state.pointee.recordsNothing == 0 else { return false }
      let saved = zmalloc_errno()
      let signals = zmalloc_block_signals()
      defer {
        zmalloc_restore_signals(signals)
        zmalloc_set_errno(saved)
      }
      // Tests side by side ask for theirs at once.
      if scope != 0 { Lock.reports.acquire() } else if !Lock.reports.acquireSoon() { return false }
      defer { Lock.reports.release() }
      ModuleTable.refresh()
      guard let draft = RecordFile.open(path: path) else {
        complain(zmalloc_errno())
        return false
      }
      guard var writer = RecordingWriter(descriptor: draft.descriptor) else {
        _ = RecordFile.close(draft, keep: false)
        complain(zmalloc_enomem())
        return false
      }
      write(&writer, reason, leaks, crash, status, scope)
      let kept = RecordFile.close(draft, keep: writer.failure == 0)
      if kept { SweepRun.note(recording: LayerStorage.lastName) }
      if !kept { complain(writer.failure == 0 ? zmalloc_errno() : writer.failure) }
      return kept
    }

    /// Writes a snapshot, in the copy that was split off for it; 0, or the error.
    static func record(to descriptor: Int32, leaks: LeakScan?) -> Int32 {
      ModuleTable.refresh()
      guard var writer = RecordingWriter(descriptor: descriptor) else { return zmalloc_enomem() }
      write(&writer, .snapshot, leaks, nil, nil, 0)
      return writer.failure
    }

    private static func write(
      _ writer: inout RecordingWriter, _ reason: RecordingReason, _ leaks: LeakScan?,
      _ crash: CrashEntry?, _ status: Int32?, _ scope: UInt32
    ) {
      StackDepot.clearMarks()
      writeMeta(&writer, reason, leaks, status, scope)
      writeModules(&writer)
      writeThreads(&writer)
      if scope != 0 {
        ScopeRecording.write(&writer, scope)
      } else {
        leaks?.write(&writer)
        writeViolations(&writer)
        if let crash { writeCrash(&writer, crash) }
        writeFaults(&writer)
        writeMarks(&writer)
      }
      SiblingFrees.write(&writer)
      writePoints(&writer)
      writeDescriptors(&writer)
      writeStacks(&writer)
      writer.finish()
    }

    private static func writeMarks(_ writer: inout RecordingWriter) {
      guard Marks.last > 0 else { return }
      writer.begin(.marks, entryByteCount: MemoryLayout<MarkEntry>.size)
      Marks.forEach { writer.add($0) }
      writer.end()
    }

    private static func complain(_ code: Int32) {
      var line = Line()
      line.append("recording not written to ")
      line.append(string: LayerStorage.lastName)
      line.append(": ")
      line.append(string: unsafe UInt(bitPattern: zmalloc_error_text(code)))
      line.print()
    }

    private static func writeModules(_ writer: inout RecordingWriter) {
      writer.begin(.modules, entryByteCount: 0)
      for index in 0..<ModuleTable.count {
        let at = ModuleTable.entry(index)
        let head = ModuleTable.head(index)
        writer.add(head)
        writer.put(bytes: at + ModuleTable.pathOffset, UInt(head.pathByteCount))
        writer.pad()
        writer.put(bytes: at + ModuleTable.buildIDOffset, UInt(head.buildIDByteCount))
        writer.pad()
      }
      writer.end()
    }

    private static func writeThreads(_ writer: inout RecordingWriter) {
      writer.begin(.threads, entryByteCount: MemoryLayout<ThreadEntry>.size)
      unsafe ThreadList.forEach { thread in
        var entry = ThreadEntry()
        unsafe entry.number = thread.pointee.number
        unsafe entry.kernelID = thread.pointee.kernel_id
        // The kernel may have given the id of one that ended to somebody else.
        if unsafe thread.pointee.in_use != 0 {
          unsafe zmalloc_read_thread_name(thread.pointee.kernel_id, zmalloc_thread_name(thread))
        }
        let name = unsafe UInt(bitPattern: zmalloc_thread_name(thread))
        entry.nameLow = unsafe Memory.pointer(name).loadUnaligned(as: UInt64.self)
        entry.nameHigh = unsafe Memory.pointer(name + 8).loadUnaligned(as: UInt64.self)
        writer.add(entry)
      }
      writer.end()
    }

    private static func writeViolations(_ writer: inout RecordingWriter) {
      writer.begin(.violations, entryByteCount: MemoryLayout<ViolationEntry>.size)
      for index in 0..<ViolationLog.keptCount {
        add(ViolationLog.entry(index), to: &writer)
      }
      writer.end()
      writer.begin(.earlierLives, entryByteCount: MemoryLayout<EarlierLifeEntry>.size)
      for index in 0..<ViolationLog.keptCount {
        guard let life = ViolationLog.earlierLife(index) else { continue }
        StackDepot.mark(life.allocated.stack)
        StackDepot.mark(life.freed.stack)
        writer.add(life)
      }
      writer.end()
      writer.begin(.observations, entryByteCount: MemoryLayout<ObservationEntry>.size)
      for index in 0..<ViolationLog.keptCount {
        let observation = ViolationLog.observation(index)
        StackDepot.mark(observation.intact.stack)
        writer.add(observation)
      }
      writer.end()
    }

    static func add(_ entry: ViolationEntry, to writer: inout RecordingWriter) {
      StackDepot.mark(entry.allocated.stack)
      StackDepot.mark(entry.freed.stack)
      StackDepot.mark(entry.noticed.stack)
      StackDepot.mark(entry.below.stack)
      StackDepot.mark(entry.above.stack)
      writer.add(entry)
    }

    private static func writeCrash(_ writer: inout RecordingWriter, _ crash: CrashEntry) {
      writer.begin(.crash, entryByteCount: MemoryLayout<CrashEntry>.size)
      StackDepot.mark(crash.stack)
      writer.add(crash)
      writer.end()
    }

    private static func writeFaults(_ writer: inout RecordingWriter) {
      writer.begin(.faults, entryByteCount: MemoryLayout<FaultEntry>.size)
      for index in 0..<FaultLog.keptCount {
        let entry = FaultLog.entry(index)
        StackDepot.mark(entry.stack)
        writer.add(entry)
      }
      writer.end()
    }

    /// The sites of a plan's points, where they were watched.
    private static func writePoints(_ writer: inout RecordingWriter) {
      guard unsafe state.pointee.watchesSites != 0 else { return }
      writer.begin(.points, entryByteCount: MemoryLayout<CampaignSite>.size)
      for index in 0..<SiteTable.count {
        let site = unsafe Memory.pointer(SiteTable.entry(index)).load(as: CampaignSite.self)
        StackDepot.mark(site.stack)
        writer.add(site)
      }
      writer.end()
    }

    /// `number:u32 pathByteCount:u32 path`, for a campaign: which file was left open.
    private static func writeDescriptors(_ writer: inout RecordingWriter) {
      guard unsafe state.pointee.campaign != 0, let scratch = Memory.map(4096) else { return }
      defer { Memory.unmap(scratch, 4096) }
      writer.begin(.descriptors, entryByteCount: 0)
      Campaign.forEachDescriptor { number in
        let got = unsafe zmalloc_read_descriptor(Int32(number), RecordFile.cString(scratch), 4096)
        writer.countEntry()
        writer.put(number)
        writer.put(UInt32(max(0, got)))
        writer.put(bytes: scratch, UInt(max(0, got)))
        writer.pad()
      }
      writer.end()
    }

    private static func writeStacks(_ writer: inout RecordingWriter) {
      writer.begin(.stacks, entryByteCount: 0)
      StackDepot.forEachID { id in
        guard StackDepot.isMarked(id) else { return }
        let at = StackDepot.address(of: id)
        let shape = Memory.load32(at + 8)
        var head = StackHead()
        head.id = id
        head.frameCount = UInt16(truncatingIfNeeded: shape)
        head.flags = UInt16(truncatingIfNeeded: shape >> 16)
        writer.add(head)
        writer.put(bytes: at + StackDepot.headByteCount, UInt(head.frameCount) * 8)
      }
      writer.end()
    }
  }

  extension BlockEntry {
    /// What a record says of its block.
    init(_ cell: Cell) {
      self.init()
      address = UInt64(cell.address)
      byteCount = UInt64(cell.byteCount)
      operation = cell.operation
      stack = cell.stack
      thread = cell.thread
      family = cell.family
      alignmentLog2 = cell.alignmentLog2
      faultBefore = cell.faultBefore
      mark = Marks.number(of: cell.operation)
    }
  }
#endif
