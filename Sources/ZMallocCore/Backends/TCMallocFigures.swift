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

    private static func read(_ name: StaticString) -> Int {
      var value = 0
      let text = unsafe UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
      unsafe _ = MallocExtension_GetNumericProperty(text, &value)
      return value
    }
  }
#endif
