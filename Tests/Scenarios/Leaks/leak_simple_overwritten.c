// Overwrites the only pointer, in a global, to a block of 128 bytes with one to another.
#include "../scenario.h"

static void *kept;

static void work(void) {
  kept = memset(ALLOC(128), 1, 128);
  if (!BAD) FREE(kept);
  kept = memset(ALLOC(256), 1, 256);
}

int main(void) { lose(work); }
