// The least that a wrapper could add, which no product can be: nothing is checked, and memory that
// runs out is not noticed. A call on the way to the allocator and back, nothing more (`through`);
// with it one thread-local sum at each end, sizes known (`counted`); the same with the size looked
// up at the free alone (`looked_up`).
#include "floor.h"

#include <stdint.h>

#include "below.h"

static _Thread_local struct { uint64_t allocated, freed; } sums
    __attribute__((aligned(64), tls_model("local-exec")));

#ifdef BELOW_HAS_NO_SIZE
enum { before = 16 };
#else
enum { before = 0 };
#endif

void *floor_through_allocate(size_t size) { return below_malloc(size); }
void floor_through_free(void *block) { below_free(block); }

void *floor_counted_allocate(size_t size, size_t *usable) {
  char *start = below_malloc(size + before);
  sums.allocated += size + before;
  *usable = size;
  return start + before;
}

void floor_counted_free(void *block, size_t usable) {
  sums.freed += usable + before;
  below_free((char *)block - before);
}

void *floor_looked_up_allocate(size_t size) {
  char *start = below_malloc(size + before);
#ifdef BELOW_HAS_NO_SIZE
  *(size_t *)(void *)start = size;
#endif
  sums.allocated += size + before;
  return start + before;
}

void floor_looked_up_free(void *block) {
  char *start = (char *)block - before;
#ifdef BELOW_HAS_NO_SIZE
  sums.freed += *(size_t *)(void *)start + before;
#else
  sums.freed += below_usable_size(block);
#endif
  below_free(start);
}
