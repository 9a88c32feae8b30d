// Shared memory holds the only pointer, and is a root while the program says so.
#include <sys/mman.h>

#include "../sanitizer.h"

static char *region;

static void work(void) {
  *(void **)(region + 64) = pair(80, 16);
}

int main(void) {
  region = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CHECK(region != MAP_FAILED);
  __lsan_register_root_region(region, 4096);
  __lsan_register_root_region(region, 4096);
  lose(work);
  __lsan_unregister_root_region(region, 4096);
  if (BAD) __lsan_unregister_root_region(region, 4096);
}
