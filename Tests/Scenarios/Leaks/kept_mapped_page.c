// A block whose only pointer stands in memory that the program mapped for itself, as CPython's
// small objects do. The twin frees it.
#include <sys/mman.h>

#include "../scenario.h"

static void *page;

static void work(void) {
  void **slots = page;
  slots[17] = ALLOC(700);
  if (!BAD) FREE(slots[17]);
}

int main(void) {
  page = mmap(NULL, 8 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(page != MAP_FAILED);
  lose(work);
}
