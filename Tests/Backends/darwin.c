// Our C over Darwin's allocator: its file has each function that the production code calls, and
// they take each other's types. Compiled against the headers of Tests/Backends/darwin, which stand
// in for Darwin's: run by nobody here.
#include <stdbool.h>
#include <stdint.h>

#include "zmalloc_backend.h"
#include "zmalloc_counters.h"
#include "zmalloc_sizes.h"

#if defined(__linux__) || defined(__GLIBC__) || defined(ZMALLOC_READS_CHUNKS)
#error "this is not Darwin's branch"
#endif

_Static_assert(_Generic(&zmalloc_backend_usable_size, size_t (*)(void *): 1),
               "another type than over glibc and musl");
_Static_assert(_Generic(&zmalloc_known_usable_size, size_t (*)(void *): 1),
               "another type than over glibc and musl");

bool allocate_and_free(size_t size) {
  void *block = zmalloc_backend_malloc(size);
  size_t usable = zmalloc_backend_usable_size(block);
  zmalloc_count_allocated(usable);
  zmalloc_count_freed(zmalloc_known_usable_size(block));
  zmalloc_backend_free(block);
  return usable >= size && zmalloc_read_libc_figures().allocated > 0 && zmalloc_learn_sizes();
}
