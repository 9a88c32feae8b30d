// Writes past the end of a block of 100 bytes at a multiple of ALIGNMENT, by the FUNCTION of that
// number, then frees it.
#include "../scenario.h"

static void *allocate(size_t function, size_t alignment) {
  size_t usable = 77;
  switch (function) {
    case 0: return zaligned_alloc(alignment, 100);
    case 1: return ztryaligned_alloc(alignment, 100);
    case 2: return zaligned_alloc_usable(alignment, 100, NULL);
    case 3: return ztryaligned_alloc_usable(alignment, 100, &usable);
    default: return zmalloc_cache_aligned(100);
  }
}

int main(int count, char **values) {
  size_t alignment = argument(count, values, 1, 4096);
  char *block = allocate(argument(count, values, 2, 0), alignment);
  CHECK(block && ((uintptr_t)block & (alignment - 1)) == 0 && zmalloc_usable_size(block) >= 100);
  if (BAD) flip(block + 100, 1);
  zfree(block);
}
