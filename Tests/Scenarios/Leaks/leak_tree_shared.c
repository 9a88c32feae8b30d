// Loses two roots of 32 bytes that both hold one block of 64.
#include "../scenario.h"

static void work(void) {
  void **first = memset(ALLOC(32), 0, 32), **second = memset(ALLOC(32), 0, 32);
  void **shared = memset(ALLOC(64), 0, 64);
  first[1] = second[2] = shared;
  if (BAD) return;
  FREE(first);
  FREE(second);
  FREE(shared);
}

int main(void) { lose(work); }
