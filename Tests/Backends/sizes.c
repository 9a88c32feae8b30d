// For every size: what a function says of a new block is what the allocator below says of it, the
// block is aligned, zeroed where it should be, and its sized free takes it back. Linked with a
// production library over any backend.
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "zmalloc.h"

static long mistakes;

static void check(int holds, const char *what, size_t size, size_t alignment, size_t usable) {
  if (holds) return;
  if (++mistakes < 20)
    printf("%s: size %zu, alignment %zu, usable %zu\n", what, size, alignment, usable);
}

static void check_block(unsigned char *block, size_t size, size_t alignment, size_t usable,
                        const char *what) {
  check(block != NULL, what, size, alignment, usable);
  if (!block) return;
  check(zmalloc_usable_size(block) == usable, what, size, alignment, usable);
  check(usable >= size, "smaller than asked for", size, alignment, usable);
  check(((uintptr_t)block & (alignment - 1)) == 0, "not aligned", size, alignment, usable);
  if (usable) {
    block[0] = 1;
    block[usable - 1] = 2;
  }
}

static void try_size(size_t size) {
  size_t usable = 77;
  unsigned char *block = (unsigned char *)zmalloc_usable(size, &usable);
  check_block(block, size, 16, usable, "zmalloc");
  // Dirty, so that a calloc of the same place has something to do.
  if (size < 70000) memset(block, 0xA5, usable);
  zfree_with_size(block, usable);

  block = (unsigned char *)zcalloc_usable(size, &usable);
  int zero = 1;
  for (size_t i = 0; i < usable; i++) zero &= block[i] == 0;
  check(zero, "not zero", size, 16, usable);
  check_block(block, size, 16, usable, "zcalloc");

  size_t other = size * 3 / 2 + 1;
  block = (unsigned char *)zrealloc_usable(block, other, &usable);
  check_block(block, other, 16, usable, "zrealloc, larger");
  block = (unsigned char *)zrealloc_usable(block, size / 2 + 1, &usable);
  check_block(block, size / 2 + 1, 16, usable, "zrealloc, smaller");
  zfree_with_size(block, usable);
}

static void try_aligned(size_t size) {
  for (size_t alignment = 1; alignment <= 1 << 20; alignment *= 2) {
    size_t usable = 77;
    unsigned char *block =
        (unsigned char *)zaligned_alloc_usable(alignment, size, &usable);
    check_block(block, size, alignment < 16 ? 16 : alignment, usable, "zaligned_alloc");
    if (block && size < 70000) memset(block, 0xA5, usable);
    if (size & 1) {
      zfree_with_size(block, usable);
      continue;
    }
    block = (unsigned char *)zrealloc_usable(block, size + 100, &usable);
    check_block(block, size + 100, 16, usable, "zrealloc of an aligned block");
    for (size_t i = 0; block && i < size; i++)
      if (size < 70000 && block[i] != 0xA5 && i != 0 && i != usable - 1)
        check(0, "bytes lost", size, alignment, usable);
    zfree(block);
  }
}

// Blocks of all kinds at once, freed in another order by the free that the dice say.
static void mix(unsigned seed) {
  enum { count = 4096 };
  static unsigned char *blocks[count];
  static size_t sizes[count];
  for (long step = 0; step < 400000; step++) {
    seed = seed * 1664525u + 1013904223u;
    size_t at = seed >> 8 & (count - 1);
    if (blocks[at]) {
      check(blocks[at][0] == (unsigned char)at, "overwritten", sizes[at], 16, sizes[at]);
      check(zmalloc_usable_size(blocks[at]) == sizes[at], "another size", sizes[at], 16, sizes[at]);
      if (seed & 1) zfree(blocks[at]);
      else zfree_with_size(blocks[at], sizes[at]);
      blocks[at] = NULL;
      continue;
    }
    size_t size = (seed >> 4) % (seed % 97 == 0 ? 300000 : 600) + 1, alignment = 16 << seed % 7;
    blocks[at] =
        (unsigned char *)(seed % 5 == 0 ? zaligned_alloc_usable(alignment, size, &sizes[at])
                                        : zmalloc_usable(size, &sizes[at]));
    blocks[at][0] = (unsigned char)at;
  }
  for (size_t at = 0; at < count; at++) {
    zfree(blocks[at]);
    blocks[at] = NULL;
  }
}

static void try_wrong_alignments(void) {
  const size_t wrong[] = {0, 3, 24, 48, SIZE_MAX, SIZE_MAX / 2};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    size_t usable = 77;
    errno = 0;
    // The default handler would end the process: it must not be called.
    void *block = zaligned_alloc_usable(wrong[i], 8, &usable);
    check(!block, "an alignment that is none", 8, wrong[i], 0);
    check(errno == EINVAL && usable == 0, "EINVAL and 0", 8, wrong[i], usable);
    check(!ztryaligned_alloc(wrong[i], 8), "an alignment that is none", 8, wrong[i], 0);
  }
  const size_t large[] = {(size_t)1 << 48, (size_t)1 << 62, (size_t)1 << 63};
  for (size_t i = 0; i < sizeof large / sizeof large[0]; i++)
    check(!ztryaligned_alloc(large[i], 8), "an alignment beyond all memory", 8, large[i], 0);
  check(!ztryaligned_alloc(64, SIZE_MAX / 2), "a size beyond all memory", SIZE_MAX / 2, 64, 0);
  check(!ztryaligned_alloc(64, SIZE_MAX / 2 - 1), "a size beyond memory", SIZE_MAX / 2 - 1, 64, 0);
  check(!ztrymalloc(SIZE_MAX / 2 - 1), "a size beyond memory", SIZE_MAX / 2 - 1, 16, 0);
  check(!ztrycalloc(SIZE_MAX / 2 - 1), "a size beyond memory", SIZE_MAX / 2 - 1, 16, 0);
}

int main(void) {
  for (size_t size = 0; size <= 70000; size++) try_size(size);
  for (size_t size = 70000; size < (size_t)40 << 20; size += size / 7 + 4093) try_size(size);
  for (size_t size = 0; size < 2100; size += 7) try_aligned(size);
  for (size_t size = 2100; size < 3000000; size += size / 3) try_aligned(size);
  for (unsigned seed = 1; seed < 5; seed++) mix(seed);
  try_wrong_alignments();
  void *line = zmalloc_cache_aligned(1);
  check(((uintptr_t)line & 63) == 0, "no cache line", 1, 64, 0);
  zfree(line);
  check(zmalloc_used_memory() == 0, "used memory is not back at 0", 0, 0, zmalloc_used_memory());
  printf("sizes: %ld mistakes\n", mistakes);
  return mistakes != 0;
}
