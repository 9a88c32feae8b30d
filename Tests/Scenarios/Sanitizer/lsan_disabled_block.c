// A block that is allocated while leaks are ignored, and one that it alone holds.
#include "../sanitizer.h"

static void work(void) {
  void *held = ALLOC(32);
  if (!BAD) __lsan_disable();
  void **block = ALLOC(96);
  if (!BAD) __lsan_enable();
  memset(block, 0, 96);
  *block = held;
}

int main(void) { lose(work); }
