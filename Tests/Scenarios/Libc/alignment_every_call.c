// Blocks of every alignment up to 2 MiB are aligned, whole, growable and freed.
#include <malloc.h>

#include "../scenario.h"

static void use(char *block, size_t alignment, size_t size) {
  CHECK(block && (uintptr_t)block % alignment == 0);
  CHECK(malloc_usable_size(block) >= size);
  memset(block, 'a', size);
  char *grown = realloc(block, size + 100);
  CHECK(grown);
  for (size_t i = 0; i < size; i++) CHECK(grown[i] == 'a');
  free(grown);
}

int main(void) {
  size_t sizes[] = {0, 1, 7, 8, 16, 17, 100, 4096, 4097, 100000};
  for (size_t alignment = 8; alignment <= 2 << 20; alignment *= 2) {
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
      void *block = NULL;
      use(memalign(alignment, sizes[i]), alignment, sizes[i]);
      use(aligned_alloc(alignment, sizes[i]), alignment, sizes[i]);
      CHECK(posix_memalign(&block, alignment, sizes[i]) == 0);
      use(block, alignment, sizes[i]);
    }
  }
  use(valloc(100), 4096, 100);
  use(pvalloc(100), 4096, 4096);
  for (size_t size = 0; size < 200; size++) use(malloc(size), 16, size);
}
