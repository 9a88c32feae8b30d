// Leaks are ignored until the last of two is undone.
#include "../sanitizer.h"

static void work(void) {
  __lsan_disable();
  __lsan_disable();
  __lsan_enable();
  if (BAD) __lsan_enable();
  hidden(ALLOC(48));
  if (!BAD) __lsan_enable();
}

int main(void) { lose(work); }
