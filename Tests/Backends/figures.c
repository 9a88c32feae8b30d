// What the allocator below says of its memory: real figures, that grow and shrink with what a
// program does. Linked with a production library; the argument is its backend.
#ifdef FIVE
#define ZMALLOC_ALLOCATOR_INFO_VALKEY
#elif defined(SEVEN)
#define ZMALLOC_ALLOCATOR_INFO_REFRESH
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "zmalloc.h"

struct figures {
  size_t allocated, active, resident, retained, muzzy, fragments;
};

static long mistakes;

static void check(int holds, const char *what, const struct figures *figures) {
  if (holds) return;
  mistakes++;
  printf("%s: allocated %zu, active %zu, resident %zu, retained %zu, muzzy %zu, fragments %zu\n",
         what, figures->allocated, figures->active, figures->resident, figures->retained,
         figures->muzzy, figures->fragments);
}

static struct figures now(void) {
  struct figures all = {0, 0, 0, 0, 0, 0};
  int result =
#ifdef FIVE
      zmalloc_get_allocator_info(&all.allocated, &all.active, &all.resident, &all.retained,
                                 &all.muzzy);
#elif defined(SEVEN)
      zmalloc_get_allocator_info(1, &all.allocated, &all.active, &all.resident, &all.retained,
                                 &all.muzzy, &all.fragments);
#else
      zmalloc_get_allocator_info(&all.allocated, &all.active, &all.resident);
#endif
  check(result == 1, "no success", &all);
  check(all.active >= all.allocated, "more allocated than active", &all);
  return all;
}

enum { count = 40000, size = 1000 };
static void *blocks[count];

static void fill_and_empty(int is_jemalloc) {
  struct figures before = now();
  for (int i = 0; i < count; i++) memset(blocks[i] = zmalloc(size), 1, size);
  struct figures full = now();
  check(full.allocated >= before.allocated + (size_t)count * size, "allocated does not grow",
        &full);
  check(full.allocated < before.allocated + (size_t)count * size * 5 / 4,
        "allocated grows too much", &full);
  check(full.resident >= before.resident + (size_t)count * size * 9 / 10, "resident does not grow",
        &full);
  // Every second one: the slabs have holes.
  for (int i = 0; i < count; i += 2) zfree(blocks[i]);
  struct figures half = now();
  check(half.allocated <= full.allocated - (size_t)count / 2 * size * 9 / 10,
        "allocated does not shrink", &half);
#ifdef SEVEN
  if (is_jemalloc)
    check(half.fragments >= (size_t)count / 2 * size * 9 / 10, "no fragments between blocks",
          &half);
  else
    check(half.fragments == 0 && half.muzzy == 0, "figures that only jemalloc has", &half);
#else
  (void)is_jemalloc;
#endif
  for (int i = 1; i < count; i += 2) zfree(blocks[i]);
}

static void by_arena(int is_jemalloc) {
  struct figures sum = {0, 0, 0, 0, 0, 0}, all = now();
  for (unsigned arena = 0; arena < 64; arena++) {
    struct figures one = {77, 77, 77, 0, 0, 77};
    check(zmalloc_get_allocator_info_by_arena(arena, 1, &one.allocated, &one.active, &one.resident,
                                              &one.fragments) == 1, "no success", &one);
    sum.allocated += one.allocated;
    sum.active += one.active;
    sum.resident += one.resident;
    sum.fragments += one.fragments;
  }
  if (is_jemalloc)
    check(sum.allocated + 4096 >= all.allocated && sum.allocated <= all.allocated + 4096 &&
              sum.active >= sum.allocated && sum.resident >= sum.active,
          "the arenas are not the whole", &sum);
  else
    check(sum.allocated + sum.active + sum.resident + sum.fragments == 0, "arenas that are none",
          &sum);
  check(zmalloc_get_allocator_info_by_arena(1u << 30, 0, NULL, NULL, NULL, NULL) == 1,
        "no places for the figures", &sum);
}

// The pages of a block: zero afterwards over jemalloc, as they were elsewhere.
static void dismiss(int is_jemalloc) {
  struct figures none = now();
  enum { large = 1 << 20 };
  unsigned char *block = (unsigned char *)zmalloc(large);
  memset(block, 7, large);
  zmadvise_dontneed(block);
  check(block[large / 2] == (is_jemalloc ? 0 : 7), "the pages of a block", &none);
  zfree(block);
  block = (unsigned char *)zmalloc(100);
  block[50] = 7;
  zmadvise_dontneed(block);
  check(block[50] == 7, "a block below a page", &none);
  zfree(block);
  zmadvise_dontneed(NULL);
}

int main(int argc, char **argv) {
  int is_jemalloc = argc > 1 && strcmp(argv[1], "jemalloc") == 0;
  fill_and_empty(is_jemalloc);
  by_arena(is_jemalloc);
  dismiss(is_jemalloc);
  struct figures before = now();
  check(jemalloc_purge() == 0, "purge", &before);
  struct figures after = now();
  if (is_jemalloc) check(after.resident <= before.resident, "purge gives nothing back", &after);
  set_jemalloc_bg_thread(1);
  set_jemalloc_bg_thread(0);
  printf("figures: %ld mistakes\n", mistakes);
  return mistakes != 0;
}
