// A global's word looks like what a Swift object keeps of its side table, a shifted pointer to a
// block of 32 bytes, but the block does not point back: it is no side table, and lost.
#include "../scenario.h"

static struct {
  void *metadata;
  uint64_t counts;
} object;

static void work(void) {
  uintptr_t *table = memset(ALLOC(32), 0, 32);
  table[0] = (uintptr_t)&object + (BAD ? 8 : 0);
  object.counts = ((uintptr_t)table >> 3) | (uint64_t)3 << 62;
}

int main(void) { lose(work); }
