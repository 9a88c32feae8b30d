// Each aligned function in its turn: which of them got nothing, and what errno and the handler say.
#include "../scenario.h"

static size_t told;

static void handle(size_t size) { told = size; }

static void *allocate(int function, size_t size) {
  size_t usable = 77;
  void *block = NULL;
  switch (function) {
    case 0: return zaligned_alloc(64, size);
    case 1: return ztryaligned_alloc(64, size);
    case 2: block = zaligned_alloc_usable(64, size, &usable); break;
    case 3: block = ztryaligned_alloc_usable(64, size, &usable); break;
    default: return zmalloc_cache_aligned(size);
  }
  CHECK(block ? usable >= size : usable == 0);
  return block;
}

int main(void) {
  zmalloc_set_oom_handler(handle);
  for (int i = 0; i < 5; i++) {
    told = 0;
    errno = 0;
    void *block = allocate(i, 1000 + (size_t)i);
    if (!block) dprintf(1, "%d: %s, told %zu\n", i, errno == ENOMEM ? "ENOMEM" : "?", told);
    zfree(block);
  }
  // A wrong alignment is no failed allocation: it is not counted, and nobody is told.
  told = 0;
  CHECK(!zaligned_alloc(48, 10) && errno == EINVAL && told == 0);
}
