// Pointers that libc itself gave out: from a library opened with RTLD_DEEPBIND, or from before the
// layer. They go to libc if they look like its chunks; nothing else does, since libc would end the
// program on them without a report.
//
//   glibc's chunk: the word before the pointer is the chunk's size, its low bits: 1 the chunk
//   before is in use, 2 mapped on its own, 4 not of the main arena (malloc/malloc.c, "struct
//   malloc_chunk").
#if DEBUG_LAYER
  import CZMalloc

  /// Whether libc may have given out a pointer.
  @safe
  enum Foreign {
    static func isPlausible(_ address: UInt) -> Bool {
      guard address & 15 == 0, address > 65536, let size = word(address - 8) else { return false }
      let byteCount = size & ~7
      guard byteCount >= 32, byteCount & 15 == 0, byteCount < 1 << 46 else { return false }
      let map = MemoryMaps.find(address)
      guard let map, map.isAnonymous, !map.isStack, address - 16 >= map.start else { return false }
      if size & 2 != 0 { return isMapped(address, byteCount, map) }
      guard map.isHeap || size & 4 != 0 else { return false }
      // The chunk behind says that this one is in use.
      guard let next = word(address - 8 + byteCount), next & 1 != 0 else { return false }
      return next & ~7 >= 16 && address + byteCount <= map.end
    }

    /// A chunk with a mapping of its own: begins on a page, and is whole pages with what came
    /// before.
    private static func isMapped(_ address: UInt, _ byteCount: UInt, _ map: MemoryMap) -> Bool {
      guard let before = word(address - 16) else { return false }
      let start = address - 16 - before
      return start & 4095 == 0 && (byteCount + before) & 4095 == 0 && start >= map.start
        && address - 16 + byteCount <= map.end
    }

    private static func word(_ address: UInt) -> UInt? {
      var value: UInt64 = 0
      guard unsafe zmalloc_probe_load(Memory.pointer(address), &value) else { return nil }
      return UInt(value)
    }
  }
#endif
