// Redis's scheme: used memory is one number that all threads add to, atomically, and the size is
// looked up at both ends of a block's life. Where the backend knows no size, it stands before the
// block.
#include "redis_scheme.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "below.h"

static _Atomic size_t used;

static void out_of_memory(size_t size) {
  fprintf(stderr, "pairs: no memory for %zu bytes\n", size);
  abort();
}

#ifdef BELOW_HAS_NO_SIZE
enum { before = sizeof(size_t) };
#else
enum { before = 0 };
#endif

void *redis_scheme_allocate(size_t size) {
  if (size >= SIZE_MAX / 2) out_of_memory(size);
  char *start = below_malloc((size > sizeof(long) ? size : sizeof(long)) + before);
  if (!start) out_of_memory(size);
#ifdef BELOW_HAS_NO_SIZE
  *(size_t *)(void *)start = size;
  size_t counted = size + before;
#else
  size_t counted = below_usable_size(start);
#endif
  atomic_fetch_add_explicit(&used, counted, memory_order_relaxed);
  return start + before;
}

void redis_scheme_free(void *block) {
  if (!block) return;
  char *start = (char *)block - before;
#ifdef BELOW_HAS_NO_SIZE
  size_t counted = *(size_t *)(void *)start + before;
#else
  size_t counted = below_usable_size(start);
#endif
  atomic_fetch_sub_explicit(&used, counted, memory_order_relaxed);
  below_free(start);
}

size_t redis_scheme_used(void) { return atomic_load_explicit(&used, memory_order_relaxed); }
