// The pointer stands behind the region.
#include <sys/mman.h>

#include "../sanitizer.h"

static char *region;

static void work(void) {
  *(void **)(region + (BAD ? 64 : 56)) = ALLOC(88);
}

int main(void) {
  region = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CHECK(region != MAP_FAILED);
  __lsan_register_root_region(region, 64);
  lose(work);
}
