// Three blocks in a row, each from a function of its own, and a block beside them.
#include "../sanitizer.h"

HELPER void *make(size_t size, void *held) {
  void **block = ALLOC(size);
  memset(block, 0, size);
  *block = held;
  return block;
}

HELPER void *make_last(void) { return make(16, NULL); }
HELPER void *make_middle(void *last) { return make(32, last); }
HELPER void make_first(void *middle) { hidden(make(64, middle)); }
HELPER void make_alone(void) { hidden(make(128, NULL)); }

static void work(void) {
  void *last = make_last();
  make_first(make_middle(last));
  make_alone();
}

int main(void) { lose(work); }
