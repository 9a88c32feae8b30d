// Loses a block of 24 bytes that points at itself.
#include "../scenario.h"

static void work(void) {
  void **block = ALLOC(24);
  block[1] = block;
  if (!BAD) FREE(block);
}

int main(void) { lose(work); }
