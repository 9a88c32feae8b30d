// The prefix variant: the usable size is the request, the header counts, and libc's own name for
// the usable size answers for blocks of both allocators. Linked with that variant alone.
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "zmalloc.h"

static long mistakes;

static void check(int holds, const char *what, size_t size) {
  if (holds) return;
  if (++mistakes < 20) printf("%s: size %zu\n", what, size);
}

static void try_ours(size_t size) {
  size_t before = zmalloc_used_memory(), usable = 77;
  char *block = (char *)zmalloc_usable(size, &usable);
  check(usable == size, "the usable size is not the request", size);
  check(zmalloc_usable_size(block) == size, "zmalloc_usable_size", size);
  check(zmalloc_size(block) == size + 16, "zmalloc_size has no header", size);
  check(malloc_usable_size(block) == size, "libc's name, our block", size);
  check(zmalloc_used_memory() == before + size + 16, "the header does not count", size);
  memset(block, 1, size);
  zfree(block);
  for (size_t alignment = 16; alignment <= 65536; alignment *= 4) {
    block = (char *)zaligned_alloc(alignment, size);
    check(malloc_usable_size(block) == size, "libc's name, our aligned block", size);
    memset(block, 1, size);
    zfree(block);
  }
  check(zmalloc_used_memory() == before, "used memory is not back", size);
}

// Blocks of libc's have libc's size.
static void try_theirs(size_t size) {
  void *block = malloc(size);
  size_t usable = malloc_usable_size(block);
  check(usable >= size && usable < size + 40 + (size > 100000 ? 4096 : 0), "a block of libc", size);
  free(block);
  // Starts a page, and perhaps the mapping.
  block = memalign(4096, size);
  check(malloc_usable_size(block) >= size, "a page of libc", size);
  free(block);
}

// A copy of a header in front of another place is no header: it is of another address. The pointer
// is handed on to libc, which takes what we forged for a block that was mapped for itself, and
// looks no further.
static void try_forged(void) {
  char *block = (char *)zaligned_alloc(64, 100), *place = (char *)zmalloc(200);
  memcpy(place + 64 - 16, block - 16, 16);
  check(malloc_usable_size(block) == 100, "the block itself", 100);
  check(malloc_usable_size(place + 64) != 100, "a forged header", 100);
  // What was freed is ours no more.
  char kept[16];
  memcpy(kept, block - 16, 16);
  zfree(block);
  const char *volatile freed = block - 8;
  check(memcmp(kept + 8, (const char *)freed, 8) != 0, "the header of a freed block", 100);
  zfree(place);
}

int main(void) {
  for (size_t size = 0; size < 5000; size++) try_ours(size);
  for (size_t size = 5000; size < 10000000; size += size / 3) try_ours(size);
  for (size_t size = 0; size < 5000; size++) try_theirs(size);
  for (size_t size = 5000; size < 10000000; size += size / 3) try_theirs(size);
  try_forged();
  check(malloc_usable_size(NULL) == 0, "NULL", 0);
  printf("headers: %ld mistakes\n", mistakes);
  return mistakes != 0;
}
