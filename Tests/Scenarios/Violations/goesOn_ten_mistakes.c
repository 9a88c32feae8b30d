// Ten mistakes, one after the other; between them and after them the program's work is right.
#include "../scenario.h"

static unsigned char global[64];
static unsigned char *kept;

/// Blocks that are there, hold what was written, and do not lie in each other.
HELPER void work(int step) {
  enum { count = 20 };
  unsigned char *blocks[count];
  for (int i = 0; i < count; i++) memset(blocks[i] = ALLOC(10 + i * 3), i + 1, 10 + i * 3);
  unsigned long sum = 0;
  for (int i = 0; i < count; i++) {
    for (int at = 0; at < 10 + i * 3; at++) sum += blocks[i][at];
    FREE(blocks[i]);
  }
  dprintf(1, "%d: %lu\n", step, sum);
}

/// A stale pointer to a block that was freed.
HELPER unsigned char *freed(size_t size) {
  unsigned char *block = ALLOC(size);
  void *stale = hidden(block);
  FREE(block);
  return stale;
}

HELPER void around(void) {
  unsigned char *over = ALLOC(21), *under = ALLOC(22);
  if (BAD) flip(over + 21, 3);
  FREE(over);
  work(1);
  if (BAD) flip(under - 2, 2);
  FREE(under);
  work(2);
}

HELPER void pointers(void) {
  unsigned char local[64], *twice = freed(23), *block = ALLOC(64);
  flip(local, sizeof local);
  if (BAD) FREE(twice);
  work(3);
  if (BAD) FREE(hidden(block + 8));
  work(4);
  if (BAD) FREE(hidden(local));
  work(5);
  if (BAD) FREE(hidden(global));
  work(6);
  FREE(block);
}

HELPER void resizes(void) {
  unsigned char *fresh = REALLOC(BAD ? freed(24) : NULL, 48);
  CHECK(fresh);
  memset(fresh, 7, 48);
  FREE(fresh);
  work(7);
  unsigned char *grown = ALLOC(25);
  memset(grown, 8, 25);
  if (BAD) flip(grown + 25, 1);
  grown = REALLOC(grown, 100);
  for (int i = 0; i < 25; i++) CHECK(grown[i] == 8);
  FREE(grown);
  work(8);
}

int main(void) {
  around();
  pointers();
  resizes();
  unsigned char *stale = freed(26);
  if (BAD) flip(stale + 4, 2);
  work(9);
  kept = ALLOC(27);
  if (BAD) flip(kept + 27, 4);
  work(10);
}
