// Where a reachable block's first pointer may stand: the globals of all modules, the ending
// thread's registers, stack and thread-locals, the other threads' stacks whole and their
// thread-locals, and what the program or the dynamic linker mapped for itself (MappedRoots).
#if DEBUG_LAYER
  import CZMalloc

  /// The roots of the leak scan, as ranges of addresses.
  @safe
  enum Roots {
    /// Where the ranges go: the marking, whose address the dynamic linker's callback carries.
    typealias Sink = UnsafeMutablePointer<Marking>

    static func scan(_ sink: Sink, _ caller: CallerState) {
      unsafe sink.pointee.pages = TouchedPages()
      unsafe scanModules(sink)
      unsafe reachLinkersBlocks(sink)
      unsafe reachIgnored(sink)
      unsafe RootRegions.scan(sink)
      let stack = unsafe scanRegisters(sink, caller)
      unsafe scanStack(sink, from: stack)
      unsafe ThreadList.forEach { thread in
        if unsafe thread.pointee.in_use != 0 { unsafe scanThread(sink, thread, stack) }
      }
      unsafe MappedRoots.scan(sink, stack)
      unsafe sink.pointee.pages?.release()
      unsafe sink.pointee.pages = nil
    }

    /// The registers that functions keep for their callers, as the program left them.
    ///
    /// - Returns: Where its stack begins.
    private static func scanRegisters(_ sink: Sink, _ caller: CallerState) -> UInt {
      var stack = caller.stackPointer
      var kept = InlineArray<16, UInt>(repeating: 0)
      unsafe withUnsafeMutablePointer(to: &kept) { kept in
        let words = unsafe UnsafeMutableRawPointer(kept).assumingMemoryBound(to: UInt.self)
        let isExit = unsafe zmalloc_registers_before_exit(words, &stack)
        if !isExit { stack = zmalloc_stack_before_exit(stack) }
        guard let from = unsafe isExit ? UnsafePointer(words) : caller.registers else { return }
        guard RootKind.registers.counts else { return }
        let start = UInt(bitPattern: from)
        unsafe sink.pointee.scan(start, start + 16 * 8)
      }
      return stack
    }

    /// What the dynamic linker allocated is in its own books, part of them in memory that no module
    /// names: vectors of thread-locals on the cached stacks of ended threads, maps of libraries,
    /// the text of the last error.
    ///
    /// So is what the layer itself had allocated.
    private static func reachLinkersBlocks(_ sink: Sink) {
      let base = RootKind.linker.counts ? zmalloc_linker_base() : 0
      let linker = base == 0 ? nil : ModuleTable.range(at: base)
      let count = unsafe sink.pointee.index.count
      for block in 0..<count {
        let cell = unsafe sink.pointee.index.cell(block)
        if UInt32(cell.family) == LiveBlocks.internalFamily { unsafe sink.pointee.reach(block) }
        guard let linker, cell.stack != 0 else { continue }
        let first = StackDepot.address(of: cell.stack) + StackDepot.headByteCount
        let caller = UInt(Memory.load64(first))
        if caller >= linker.start && caller < linker.end { unsafe sink.pointee.reach(block) }
      }
    }

    /// What the program ignores, by LeakSanitizer's functions, and what that holds is never lost.
    private static func reachIgnored(_ sink: Sink) {
      guard unsafe state.pointee.hasIgnored != 0 else { return }
      for block in 0..<(unsafe sink.pointee.index.count) {
        if unsafe sink.pointee.index.cell(block).isIgnored { unsafe sink.pointee.reach(block) }
      }
    }

    private static func scanModules(_ sink: Sink) {
      unsafe zmalloc_visit_modules(
        { module, context in
          guard let module = unsafe module, let context = unsafe context else { return true }
          let sink = unsafe context.assumingMemoryBound(to: Marking.self)
          let count = RootKind.globals.counts ? unsafe Int(module.pointee.segment_count) : 0
          for index in 0..<count {
            let start = unsafe zmalloc_segment_starts(module)[index]
            let end = unsafe zmalloc_segment_ends(module)[index]
            unsafe Roots.scanAround(
              sink, start, end, LayerStorage.base, LayerStorage.base + LayerStorage.byteCount)
          }
          unsafe Roots.scanThreadLocals(sink, module)
          return true
        }, sink)
    }

    /// Scans a range without the hole in it: the layer's own tables hold addresses of blocks.
    private static func scanAround(
      _ sink: Sink, _ start: UInt, _ end: UInt, _ hole: UInt, _ holeEnd: UInt
    ) {
      guard hole < end, holeEnd > start else { return unsafe scanWritten(sink, start, end) }
      if hole > start { unsafe scanWritten(sink, start, hole) }
      if holeEnd < end { unsafe scanWritten(sink, holeEnd, end) }
    }

    /// Scans the pages of a module's data that the process wrote to: what is still the file's holds
    /// no pointer of this process.
    private static func scanWritten(_ sink: Sink, _ start: UInt, _ end: UInt) {
      guard var pages = unsafe sink.pointee.pages, end > start else {
        return unsafe sink.pointee.scan(start, end)
      }
      pages.forEachRun(start, end, ofOwn: true) { first, last in
        unsafe sink.pointee.scan(first, min(last, end))
      }
    }

    /// The module's block of thread-locals in every thread, static or dynamic.
    private static func scanThreadLocals(_ sink: Sink, _ module: UnsafePointer<zmalloc_module>) {
      guard unsafe module.pointee.tls_size > 0, RootKind.threadLocals.counts else { return }
      unsafe ThreadList.forEach { thread in
        guard unsafe thread.pointee.in_use != 0 else { return }
        let block = unsafe zmalloc_thread_local_block(
          thread.pointee.thread_pointer, module.pointee.tls_module)
        if block != 0 { unsafe sink.pointee.scan(block, block + UInt(module.pointee.tls_size)) }
      }
    }

    /// The ending thread's stack from where it called, to the end of its mapping.
    private static func scanStack(_ sink: Sink, from stack: UInt) {
      guard RootKind.stacks.counts else { return }
      let map = MemoryMaps.find(stack) ?? MemoryMap.around(stack)
      let control = zmalloc_thread_pointer()
      unsafe sink.pointee.scan(stack, clipped(map, control))
    }

    /// A thread's control block stands at the top of a stack that glibc mapped: what lies above is
    /// a neighbour.
    private static func clipped(_ map: MemoryMap, _ control: UInt) -> UInt {
      guard control >= map.start && control < map.end else { return map.end }
      let page = Memory.pageSize
      return min(map.end, (control + UInt(zmalloc_thread_control_size()) + page - 1) & ~(page - 1))
    }

    private static func scanThread(_ sink: Sink, _ thread: ThreadState, _ endingStack: UInt) {
      let control = unsafe thread.pointee.thread_pointer
      if RootKind.threadLocals.counts {
        unsafe sink.pointee.scan(control, control + UInt(zmalloc_thread_control_size()))
      }
      guard RootKind.stacks.counts else { return }
      let isEnding = unsafe thread.pointee.kernel_id == zmalloc_thread_id()
      let address = unsafe thread.pointee.stack_address
      let map = MemoryMaps.find(address) ?? MemoryMap.around(address)
      // The ending thread on a stack of its own making: its first one may be suspended, and counts
      // whole.
      if isEnding && endingStack >= map.start && endingStack < map.end { return }
      unsafe sink.pointee.scan(map.start, clipped(map, control))
    }
  }
#endif
