// Frees a block that held the only pointer to another of 96 bytes, which stays in the freed bytes.
#include "../scenario.h"

static void *freed;

static void work(void) {
  void **holder = memset(ALLOC(64), 0, 64);
  holder[4] = memset(ALLOC(96), 1, 96);
  if (!BAD) FREE(holder[4]);
  freed = holder;
  FREE(holder);
}

int main(void) { lose(work); }
