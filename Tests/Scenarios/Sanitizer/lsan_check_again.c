// A check that can be made again says whether something is lost.
#include "../sanitizer.h"

static void *kept;

static void work(void) { kept = ALLOC(64); }

int main(void) {
  lose(work);
  printf("%d", __lsan_do_recoverable_leak_check());
  void *block = kept;
  if (BAD) kept = NULL;
  // A frame of our own may still hold it.
  volatile uintptr_t bits = ~(uintptr_t)block;
  block = NULL;
  lose(clear_dead_stack);
  printf("%d\n", __lsan_do_recoverable_leak_check());
  if (!BAD) FREE((void *)~bits);
}
