// Three blocks in a row, each from a function of its own, and a block beside them.
#include "../sanitizer.h"

HELPER void *make_last(void) {
  void *block = ALLOC(16);
  memset(block, 0, 16);
  return block;
}

HELPER void *make_middle(void) {
  void **block = ALLOC(32);
  memset(block, 0, 32);
  *block = make_last();
  return block;
}

HELPER void make_first(void) {
  void **block = ALLOC(64);
  memset(block, 0, 64);
  *block = make_middle();
}

HELPER void make_alone(void) { hidden(ALLOC(128)); }

static void work(void) {
  make_first();
  make_alone();
}

int main(void) { lose(work); }
