// What is said of the process, of the machine and of the allocator below.
#include "contract.h"

#include <unistd.h>

enum { large = 32 << 20 };

static void process_resident(void) {
  size_t before = zmalloc_get_rss(), dirty = zmalloc_get_private_dirty(-1);
  char *block = (char *)zmalloc(large);
  memset(block, 1, large);
  size_t grown = zmalloc_get_rss() - before, dirtied = zmalloc_get_private_dirty(-1) - dirty;
  // The kernel counts in batches, a few hundred KiB for each thread.
  say("some %d grown %d dirtied %d", before > 0, grown > large - (4 << 20) && grown < 2 * large,
      dirtied > large - (4 << 20) && dirtied < 2 * large);
  zfree(block);
}

static void process_mappings(void) {
  long self = (long)getpid();
  size_t all = zmalloc_get_smap_bytes_by_field("Rss:", -1);
  say("some %d pages %d", all > 0, all % 1024 == 0);
  size_t own = zmalloc_get_smap_bytes_by_field("Rss:", self);
  say("own %d", own + (1 << 20) > all && own < all + (1 << 20));
  size_t sum = zmalloc_get_smap_bytes_by_field("Private_Dirty:", self);
  size_t dirty = zmalloc_get_private_dirty(self);
  say("dirty %d", sum > 0 && sum + (1 << 20) > dirty && sum < dirty + (1 << 20));
  say("no field %zu %zu", zmalloc_get_smap_bytes_by_field("Nothing:", -1),
      zmalloc_get_smap_bytes_by_field(NULL, -1));
  say("no process %zu %zu", zmalloc_get_smap_bytes_by_field("Rss:", 1L << 40),
      zmalloc_get_private_dirty(-2));
}

static void process_machine(void) {
  long long wanted = (long long)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
  say("memory %d", (long long)zmalloc_get_memory_size() == wanted);
}

static void process_status(void) {
  long long value = 77;
  int parent = get_proc_stat_ll(4, &value);
  say("parent %d %d", parent, value == (long long)getppid());
  int pages = get_proc_stat_ll(24, &value);
  long long off = value * sysconf(_SC_PAGESIZE) - (long long)zmalloc_get_rss();
  say("resident %d %d", pages, off > -(1 << 20) && off < 1 << 20);
  static const int none[] = {-1, 0, 1, 2, 1000};
  for (int i = 0; i < 5; i++) {
    value = 77;
    int found = get_proc_stat_ll(none[i], &value);
    say("%d: %d %lld", none[i], found, value);
  }
  say("no place %d", get_proc_stat_ll(4, NULL));
}

// Every figure has its place in the order, and counts at least what we have handed out.
static void process_allocator(void) {
  char *block = (char *)memset(zmalloc(large), 1, large);
  size_t used = zmalloc_used_memory();
  size_t allocated = 0, active = 0, resident = 0, retained = 0, muzzy = 0, small = 0;
  int told = zmalloc_get_allocator_info(&allocated, &active, &resident);
  say("%d ordered %d covers %d resident %d", told, allocated <= active, allocated >= used,
      resident > large);
  size_t five = 0, seven = 0;
  told = zmalloc_get_allocator_info_valkey(&five, &active, &resident, &retained, &muzzy);
  say("%d covers %d", told, five >= used);
  told = zmalloc_get_allocator_info_refresh(1, &seven, &active, &resident, &retained, &muzzy,
                                            &small);
  say("%d covers %d", told, seven >= used);
  say("no place %d %d %d", zmalloc_get_allocator_info(NULL, NULL, NULL),
      zmalloc_get_allocator_info_valkey(NULL, NULL, NULL, NULL, NULL),
      zmalloc_get_allocator_info_refresh(0, NULL, NULL, NULL, NULL, NULL, NULL));
  told = zmalloc_get_allocator_info_by_arena(100000, 1, &allocated, &active, &resident, &small);
  say("no arena %d %zu %zu", told, allocated, active);
  zfree(block);
}

static void process_switches(void) {
  say("purge %d", jemalloc_purge());
  set_jemalloc_bg_thread(1);
  set_jemalloc_bg_thread(0);
  char *block = (char *)memset(zmalloc(100000), 1, 100000);
  zmadvise_dontneed(block);
  zmadvise_dontneed(NULL);
  // Over jemalloc the whole pages of the block are gone.
  int dismissed = block[50000] == 0;
  memset(block, 1, 100000);
  say("dismissed %d counted_for %d", dismissed, counted() == (long long)zmalloc_size(block));
  zfree(block);
  say("left %lld", counted());
}

// Libc's own heap, where it is libc's. What is freed is used again; a block above the others
// keeps their pages from going back by themselves.
static void process_libc(void) {
  enum { size = 100000, count = 320 };
  static void *blocks[count];
  size_t before = zmalloc_get_rss();
  for (int i = 0; i < count; i++) zlibc_free(memset(malloc(1 << 20), 1, 1 << 20));
  zlibc_free(NULL);
  say("freed %d", zmalloc_get_rss() < before + (64 << 20));
  for (int i = 0; i < count; i++) blocks[i] = memset(malloc(size), 1, size);
  void *above = zmalloc(size);
  for (int i = 0; i < count; i++) zlibc_free(blocks[i]);
  before = zmalloc_get_rss();
  zlibc_trim();
  say("trimmed %d", zmalloc_get_rss() + (16 << 20) < before);
  zfree(above);
}

const struct contract_case process_cases[] = {{"process_resident", process_resident},
                                              {"process_mappings", process_mappings},
                                              {"process_machine", process_machine},
                                              {"process_status", process_status},
                                              {"process_allocator", process_allocator},
                                              {"process_switches", process_switches},
                                              {"process_libc", process_libc},
                                              {NULL, NULL}};
