// A block that was ignored and grows later is a new one.
#include "../sanitizer.h"

static void work(void) {
  __lsan_disable();
  void *block = ALLOC(24);
  if (BAD) __lsan_enable();
  hidden(REALLOC(block, 240));
  if (!BAD) __lsan_enable();
}

int main(void) { lose(work); }
