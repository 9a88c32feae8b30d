// Where a reachable block's first pointer may stand: the globals of all modules, the registers,
// stacks and thread-locals of all threads (ThreadRoots), and what the program or the dynamic linker
// mapped for itself (MappedRoots).
#if DEBUG_LAYER
  import CZMalloc

  /// The roots of the leak scan, as ranges of addresses.
  @safe
  enum Roots {
    /// Where the ranges go: the marking, whose address the dynamic linker's callback carries.
    typealias Sink = UnsafeMutablePointer<Marking>

    static func scan(_ sink: Sink, _ world: World, _ start: ScanStart) {
      unsafe sink.pointee.pages = TouchedPages()
      unsafe ThreadRoots.note(sink, world, start)
      unsafe scanModules(sink)
      if RootSlots.areWanted(unsafe sink.pointee.index) { unsafe noteSlots(sink) }
      unsafe reachLinkersBlocks(sink)
      unsafe reachIgnored(sink)
      unsafe RootRegions.scan(sink)
      Aside.forEachPiece { unsafe sink.pointee.scan($0, $1) }
      unsafe ThreadRoots.scan(sink, world, start)
      if RootKind.threadLocals.counts { unsafe scanThreadLocals(sink, world) }
      unsafe MappedRoots.scan(sink)
      unsafe sink.pointee.stacks?.release()
      unsafe sink.pointee.stacks = nil
      unsafe sink.pointee.pages?.release()
      unsafe sink.pointee.pages = nil
    }

    /// What the dynamic linker allocated is in its own books, part of them in memory that no module
    /// names: vectors of thread-locals on the cached stacks of ended threads, maps of libraries,
    /// the text of the last error.
    ///
    /// So is what the layer itself had allocated.
    private static func reachLinkersBlocks(_ sink: Sink) {
      for block in 0..<(unsafe sink.pointee.index.count)
      where unsafe sink.pointee.index.has(BlockIndex.isInternal | BlockIndex.isLinkers, block) {
        unsafe sink.pointee.reach(block)
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
          unsafe Roots.forEachGlobal(sink, module) { first, last in
            unsafe sink.pointee.scan(first, last)
          }
          return true
        }, sink)
    }

    /// Looks once more, for where the pointers stand.
    private static func noteSlots(_ sink: Sink) {
      unsafe RootSlots.begin(sink.pointee.index)
      unsafe zmalloc_visit_modules(
        { module, context in
          guard let module = unsafe module, let context = unsafe context else { return true }
          let sink = unsafe context.assumingMemoryBound(to: Marking.self)
          unsafe Roots.forEachGlobal(sink, module) { first, last in
            unsafe sink.pointee.noteSlots(first, last)
          }
          return true
        }, sink)
    }

    /// Visits the runs of a module's data that the process wrote to: what is still the file's holds
    /// no pointer of this process.
    private static func forEachGlobal(
      _ sink: Sink, _ module: UnsafePointer<zmalloc_module>,
      _ visit: (_ start: UInt, _ end: UInt) -> Void
    ) {
      let count = RootKind.globals.counts ? unsafe Int(module.pointee.segment_count) : 0
      for index in 0..<count {
        let start = unsafe zmalloc_segment_starts(module)[index]
        let end = unsafe zmalloc_segment_ends(module)[index]
        unsafe forEachPiece(sink, start, end) { first, last in
          guard var pages = unsafe sink.pointee.pages, last > first else {
            return visit(first, last)
          }
          pages.forEachRun(first, last, ofOwn: true) { visit($0, min($1, last)) }
        }
      }
    }

    /// Visits the pieces of a range that are neither ours, whose tables hold the address of every
    /// block, nor a stack.
    static func forEachPiece(
      _ sink: Sink, _ start: UInt, _ end: UInt, _ visit: (_ start: UInt, _ end: UInt) -> Void
    ) {
      var at = start
      while at < end {
        let hole = unsafe nextHole(sink, at, end)
        let stop = min(end, hole?.start ?? end)
        if stop > at { visit(at, stop) }
        at = max(at, hole?.end ?? end)
      }
    }

    private static func nextHole(
      _ sink: Sink, _ start: UInt, _ end: UInt
    ) -> (start: UInt, end: UInt)? {
      var first = OwnMappings.overlapping(start, end)
      let tables = (start: LayerStorage.base, end: LayerStorage.base + LayerStorage.byteCount)
      let isTables = tables.end > start && tables.start < end
      if isTables && tables.start < (first?.start ?? .max) { first = tables }
      let stack = unsafe sink.pointee.stacks?.overlapping(start, end)
      if let stack, stack.start < (first?.start ?? .max) { first = stack }
      return first
    }

    /// What the visit of modules carries.
    @safe
    private struct LocalsVisit {
      let sink: Sink
      let world: World
    }

    /// All modules' blocks of thread-locals in every thread, static or dynamic.
    private static func scanThreadLocals(_ sink: Sink, _ world: World) {
      var visit = unsafe LocalsVisit(sink: sink, world: world)
      unsafe withUnsafeMutablePointer(to: &visit) { visit in
        unsafe zmalloc_visit_modules(
          { module, context in
            guard let module = unsafe module, let context = unsafe context else { return true }
            guard unsafe module.pointee.tls_size > 0 else { return true }
            let visit = unsafe context.assumingMemoryBound(to: LocalsVisit.self).pointee
            let byteCount = unsafe UInt(module.pointee.tls_size)
            ThreadRoots.forEachControl(visit.world) { control in
              let block = unsafe zmalloc_thread_local_block(control, module.pointee.tls_module)
              if block != 0 { unsafe visit.sink.pointee.scan(block, block + byteCount) }
            }
            return true
          }, visit)
      }
    }
  }
#endif
