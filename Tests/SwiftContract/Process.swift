// What is said of the process, of the machine and of the allocator below.

import Glibc
import ZMalloc

private let large = 32 << 20

/// The cases by name.
@MainActor let processCases: [String: @MainActor () -> Void] = [
  "process_resident": {
    let before = zmalloc_get_rss()
    let dirty = zmalloc_get_private_dirty(-1)
    let block = unsafe told(zmalloc(large))
    unsafe fill(block, 1)
    let grown = zmalloc_get_rss() - before
    let dirtied = zmalloc_get_private_dirty(-1) - dirty
    // The kernel counts in batches, a few hundred KiB for each thread.
    let range = (large - 4 << 20)..<(2 * large)
    say("some \(one(before > 0)) grown \(one(range ~= grown)) dirtied \(one(range ~= dirtied))")
    unsafe zfree(block?.baseAddress)
  },
  "process_mappings": {
    let own = Int(getpid())
    let all = unsafe zmalloc_get_smap_bytes_by_field("Rss:", -1)
    say("some \(one(all > 0)) pages \(one(all % 1024 == 0))")
    unsafe say("own \(one(abs(zmalloc_get_smap_bytes_by_field("Rss:", own) - all) < 1 << 20))")
    let sum = unsafe zmalloc_get_smap_bytes_by_field("Private_Dirty:", own)
    say("dirty \(one(sum > 0 && abs(sum - zmalloc_get_private_dirty(own)) < 1 << 20))")
    // Swift's field is never nil.
    unsafe say("no field \(zmalloc_get_smap_bytes_by_field("Nothing:", -1)) 0")
    unsafe say(
      "no process \(zmalloc_get_smap_bytes_by_field("Rss:", 1 << 40)) "
        + "\(zmalloc_get_private_dirty(-2))")
  },
  "process_machine": {
    let wanted = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    say("memory \(one(zmalloc_get_memory_size() == wanted))")
  },
  "process_status": {
    var value: Int64 = 77
    let parent = unsafe get_proc_stat_ll(4, &value)
    say("parent \(parent) \(one(value == getppid()))")
    let pages = unsafe get_proc_stat_ll(24, &value)
    let off = Int(value) * sysconf(Int32(_SC_PAGESIZE)) - zmalloc_get_rss()
    say("resident \(pages) \(one(abs(off) < 1 << 20))")
    for field: Int32 in [-1, 0, 1, 2, 1000] {
      value = 77
      let found = unsafe get_proc_stat_ll(field, &value)
      say("\(field): \(found) \(value)")
    }
    say("no place \(get_proc_stat_ll(4, nil))")
  },
  "process_switches": {
    say("purge \(jemalloc_purge() ? 0 : -1)")
    set_jemalloc_bg_thread(true)
    set_jemalloc_bg_thread(false)
    let block = unsafe told(zmalloc(100_000))
    unsafe fill(block, 1)
    unsafe zmadvise_dontneed(block?.baseAddress)
    zmadvise_dontneed(nil)
    // Over jemalloc the whole pages of the block are gone.
    let dismissed = unsafe block?[50_000] == 0
    unsafe fill(block, 1)
    unsafe say("dismissed \(one(dismissed)) counted_for \(one(counted == bytes(block)))")
    unsafe zfree(block?.baseAddress)
    say("left \(counted)")
  },
  // Libc's own heap, where it is libc's. What is freed is used again; a block above the others
  // keeps their pages from going back by themselves.
  "process_libc": {
    var before = zmalloc_get_rss()
    for _ in 0..<320 { unsafe zlibc_free(filled(1 << 20)) }
    zlibc_free(nil)
    say("freed \(one(zmalloc_get_rss() < before + (64 << 20)))")
    let blocks = unsafe (0..<320).map { _ in unsafe filled(100_000) }
    let above = unsafe zmalloc(100_000)
    for index in unsafe blocks.indices { unsafe zlibc_free(blocks[index]) }
    before = zmalloc_get_rss()
    zlibc_trim()
    say("trimmed \(one(zmalloc_get_rss() + (16 << 20) < before))")
    unsafe zfree(above)
  },
  "process_figures": {
    let block = unsafe told(zmalloc(large))
    unsafe fill(block, 1)
    let figures = zmalloc_get_allocator_info()
    say(
      "ordered \(one(figures.allocated <= figures.active)) "
        + "covers \(one(figures.allocated >= zmalloc_used_memory())) "
        + "resident \(one(figures.resident > large))")
    say("no arena \(one(zmalloc_get_allocator_info_by_arena(100_000) == nil))")
    unsafe zfree(block?.baseAddress)
  },
]

/// A block of libc's, written.
private func filled(_ byteCount: Int) -> UnsafeMutableRawPointer? {
  guard let block = unsafe malloc(byteCount) else { return nil }
  return unsafe memset(block, 1, byteCount)
}

private func one(_ isSo: Bool) -> Int { isSo ? 1 : 0 }
