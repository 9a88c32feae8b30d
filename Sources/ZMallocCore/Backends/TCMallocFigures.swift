// tcmalloc's statistics, by its numeric properties.

#if TCMALLOC && !JEMALLOC && !MIMALLOC
  import CTCMalloc

  extension Allocator {
    /// The figures now.
    static func figures(refresh: Bool) -> AllocatorFigures {
      let heap = read("generic.heap_size")
      let unmapped = read("tcmalloc.pageheap_unmapped_bytes")
      var figures = AllocatorFigures()
      figures.allocated = read("generic.current_allocated_bytes")
      figures.active = heap - unmapped - read("tcmalloc.pageheap_free_bytes")
      figures.resident = heap - unmapped
      figures.retained = unmapped
      return figures
    }

    /// tcmalloc has no arenas.
    static func figures(arena: UInt32, refresh: Bool) -> AllocatorFigures? { nil }

    /// Gives nothing back: what redis asks of jemalloc alone.
    static func purge() -> Bool { true }

    /// There is no such thread.
    static func setBackgroundThread(_ isOn: Bool) {}

    /// Whether redis would give the pages of a large block back while the block is in use.
    static var dismissesPages: Bool { false }

    private static func read(_ name: StaticString) -> Int {
      var value = 0
      let text = unsafe UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
      unsafe _ = MallocExtension_GetNumericProperty(text, &value)
      return value
    }
  }
#endif
