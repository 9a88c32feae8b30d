// jemalloc's statistics and switches, by its `mallctl`.

#if JEMALLOC
  import CJemalloc

  extension Allocator {
    /// The number that stands for all arenas, MALLCTL_ARENAS_ALL.
    private static var allArenas: Int { 4096 }

    /// The figures now: the statistics are those of the last epoch, so a new one is begun.
    static func figures(refresh: Bool) -> AllocatorFigures {
      if refresh { beginEpoch() }
      var figures = AllocatorFigures()
      figures.allocated = read("stats.allocated")
      figures.active = read("stats.active")
      figures.resident = read("stats.resident")
      figures.retained = read("stats.retained")
      figures.muzzy = read("stats.arenas.0.pmuzzy", Numbers(atTwo: allArenas)) * read("arenas.page")
      figures.smallFragmentation = freeSlots(arena: allArenas)
      return figures
    }

    /// The figures of one arena; nil when there is none of that number.
    static func figures(arena: UInt32, refresh: Bool) -> AllocatorFigures? {
      if refresh { beginEpoch() }
      let place = Numbers(atTwo: Int(arena))
      guard Int(arena) < readNarrow("arenas.narenas") else { return nil }
      var figures = AllocatorFigures()
      figures.allocated =
        read("stats.arenas.0.small.allocated", place)
        + read("stats.arenas.0.large.allocated", place)
      figures.active = read("stats.arenas.0.pactive", place) * read("arenas.page")
      figures.resident = read("stats.arenas.0.resident", place)
      figures.retained = read("stats.arenas.0.retained", place)
      figures.muzzy = read("stats.arenas.0.pmuzzy", place) * read("arenas.page")
      figures.smallFragmentation = freeSlots(arena: Int(arena))
      return figures
    }

    /// Gives the unused pages of all arenas back to the system.
    static func purge() -> Bool {
      // MALLCTL_ARENAS_ALL, as above.
      unsafe mallctl(text("arena.4096.purge"), nil, nil, nil, 0) == 0
    }

    /// Lets jemalloc's own thread give unused pages back, or stops it.
    static func setBackgroundThread(_ isOn: Bool) {
      var value = isOn
      unsafe _ = mallctl(text("background_thread"), nil, nil, &value, MemoryLayout<Bool>.size)
    }

    /// Whether redis would give the pages of a large block back while the block is in use.
    static var dismissesPages: Bool { true }

    private static func beginEpoch() {
      var epoch: UInt64 = 1
      unsafe _ = mallctl(text("epoch"), nil, nil, &epoch, MemoryLayout<UInt64>.size)
    }

    /// Free slots of the slabs that are in use, in bytes.
    private static func freeSlots(arena: Int) -> Int {
      var bytes = 0
      for bin in 0..<readNarrow("arenas.nbins") {
        let slabs = read("stats.arenas.0.bins.0.curslabs", Numbers(atTwo: arena, atFour: bin))
        let used = read("stats.arenas.0.bins.0.curregs", Numbers(atTwo: arena, atFour: bin))
        let slots = slabs * readNarrow("arenas.bin.0.nregs", Numbers(atTwo: bin))
        bytes += (slots - used) * read("arenas.bin.0.size", Numbers(atTwo: bin))
      }
      return bytes
    }

    /// A `size_t` by its name; 0 for none.
    private static func read(_ name: StaticString, _ numbers: Numbers = Numbers()) -> Int {
      var value = 0
      unsafe read(name, numbers, into: &value, MemoryLayout<Int>.size)
      return value
    }

    /// An `unsigned` by its name; 0 for none.
    private static func readNarrow(_ name: StaticString, _ numbers: Numbers = Numbers()) -> Int {
      var value: UInt32 = 0
      unsafe read(name, numbers, into: &value, MemoryLayout<UInt32>.size)
      return Int(value)
    }

    /// Looks a name up, puts the numbers in, and reads.
    ///
    /// What cannot be read stays as it was.
    private static func read(
      _ name: StaticString, _ numbers: Numbers, into value: UnsafeMutableRawPointer, _ size: Int
    ) {
      unsafe withUnsafeTemporaryAllocation(of: Int.self, capacity: 8) { parts in
        guard let start = parts.baseAddress else { return }
        var count = 8
        var size = size
        guard unsafe mallctlnametomib(text(name), start, &count) == 0 else { return }
        if let first = numbers.atTwo { unsafe start[2] = first }
        if let second = numbers.atFour { unsafe start[4] = second }
        unsafe _ = mallctlbymib(start, count, value, &size, nil, 0)
      }
    }

    /// A name for C: a String literal would allocate.
    private static func text(_ name: StaticString) -> UnsafePointer<CChar> {
      unsafe UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
    }

    /// Numbers that stand in a name, by which of its parts they are.
    private struct Numbers {
      var atTwo: Int?
      var atFour: Int?
    }
  }
#endif
