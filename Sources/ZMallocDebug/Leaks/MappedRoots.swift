// Memory that somebody mapped for himself is a root, as it is for Valgrind: CPython's small
// objects, the dynamic linker's own books, coroutines' stacks stand there. What is left out: libc's
// heap where all of it is watched, our own mappings, the blocks, and the stacks of threads, which
// are read elsewhere, or dead.
#if DEBUG_LAYER
  import CZMalloc

  /// Private writable mappings without a file, as roots.
  @safe
  enum MappedRoots {
    /// glibc's arenas beside the main one begin at a multiple of this and are no longer
    /// (malloc/arena.c, HEAP_MAX_SIZE).
    static let arenaByteCount: UInt = 64 << 20
    /// From this size on pages that were never touched are looked up and left out.
    private static let sparseFrom: UInt = 1 << 14

    static func scan(_ sink: Roots.Sink) {
      // Whether a mapping is an arena shows in the one behind it.
      var candidate: MemoryMap?
      MemoryMaps.forEach { map in
        if let candidate, !isArena(candidate, before: map) { unsafe scanMap(sink, candidate) }
        candidate = isRoot(map) ? map : nil
        return true
      }
      if let candidate { unsafe scanMap(sink, candidate) }
    }

    private static func isRoot(_ map: MemoryMap) -> Bool {
      guard map.isAnonymous, map.isWritable, map.isReadable, !map.isShared else { return false }
      #if PRELOAD
        if map.isHeap { return false }
      #endif
      return !isLeftOut(map)
    }

    /// Whether thread-locals are no roots and stand there.
    ///
    /// The dynamic linker maps those of the first thread.
    private static func isLeftOut(_ map: MemoryMap) -> Bool {
      guard !RootKind.threadLocals.counts else { return false }
      var holds = false
      unsafe ThreadList.forEach { thread in
        let pointer = unsafe thread.pointee.thread_pointer
        if pointer >= map.start && pointer < map.end { holds = true }
      }
      return holds
    }

    /// An arena: its tail is not accessible yet, or it is grown up.
    ///
    /// In a linked layer libc's heap is not watched, and is a root.
    private static func isArena(_ map: MemoryMap, before next: MemoryMap) -> Bool {
      #if PRELOAD
        guard map.start & (arenaByteCount - 1) == 0 else { return false }
        if map.end - map.start == arenaByteCount { return true }
        return next.start == map.end && !next.isReadable
          && next.end == map.start + arenaByteCount
      #else
        return false
      #endif
    }

    /// Scans a mapping except for our own memory and the stacks in it.
    private static func scanMap(_ sink: Roots.Sink, _ map: MemoryMap) {
      unsafe Roots.forEachPiece(sink, map.start, map.end) { start, end in
        unsafe scanRange(sink, start, end)
      }
    }

    private static func scanRange(_ sink: Roots.Sink, _ start: UInt, _ end: UInt) {
      guard end > start else { return }
      guard end - start >= sparseFrom, var pages = unsafe sink.pointee.pages else {
        return unsafe sink.pointee.scanOutsideBlocks(start, end)
      }
      pages.forEachRun(start, end) { first, last in
        unsafe sink.pointee.scanOutsideBlocks(first, last)
      }
    }
  }

  /// Which pages hold anything, from /proc/self/pagemap: eight bytes a page, bit 63 in memory, bit
  /// 62 swapped out (Documentation/admin-guide/mm/pagemap.rst).
  @safe
  struct TouchedPages {
    private static let entriesPerRead: UInt = 4096
    private let descriptor: Int32
    private let buffer: UInt

    /// nil when the kernel does not tell.
    init?() {
      descriptor = zmalloc_open_pagemap()
      guard descriptor >= 0 else { return nil }
      guard let at = Memory.map(TouchedPages.entriesPerRead * 8) else {
        zmalloc_close(descriptor)
        return nil
      }
      buffer = at
    }

    func release() {
      zmalloc_close(descriptor)
      Memory.unmap(buffer, TouchedPages.entriesPerRead * 8)
    }

    /// Visits the runs of touched pages; all of what cannot be read.
    ///
    /// `ofOwn` leaves out those that are still a file's (bit 61).
    mutating func forEachRun(
      _ start: UInt, _ end: UInt, ofOwn: Bool = false, _ visit: (UInt, UInt) -> Void
    ) {
      var run: UInt?
      var page = start / Memory.pageSize
      let last = (end + Memory.pageSize - 1) / Memory.pageSize
      while page < last {
        let count = min(TouchedPages.entriesPerRead, last - page)
        let isKnown = unsafe zmalloc_read_at(
          descriptor, Memory.pointer(buffer), Int(count * 8), UInt64(page * 8))
        for index in 0..<count {
          let word = Memory.load64(buffer + index * 8)
          let isFiles = ofOwn && word >> 61 & 1 != 0
          let isTouched = !isKnown || (word >> 62 != 0 && !isFiles)
          let at = max(start, (page + index) * Memory.pageSize)
          if isTouched && run == nil { run = at }
          if !isTouched, let first = run {
            visit(first, at)
            run = nil
          }
        }
        page += count
      }
      if let run { visit(run, end) }
    }
  }
#endif
