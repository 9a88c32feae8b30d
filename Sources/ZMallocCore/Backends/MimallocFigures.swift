// mimalloc's statistics. Debian's library counts no blocks: that takes a build of its own.

#if MIMALLOC && !JEMALLOC
  import CMimalloc

  extension Allocator {
    /// The figures now.
    ///
    /// What is handed out is what the z-functions count, what is active is what mimalloc committed;
    /// it takes that for what is resident too, so that the system is asked.
    static func figures(refresh: Bool) -> AllocatorFigures {
      mi_stats_merge()
      var figures = AllocatorFigures()
      unsafe mi_process_info(nil, nil, nil, nil, nil, &figures.active, nil, nil)
      figures.resident = ProcessMemory.residentByteCount
      figures.allocated = UsedMemory.byteCount
      figures.active = max(figures.active, figures.allocated)
      return figures
    }
  }
#endif
