// Three allocations make one thing; when the third fails, the way back forgets the second.
#include "../sweep.h"

static int make(void *unused) {
  (void)unused;
  void *first = ztrymalloc(48), *second = ztrymalloc(56), *third = ztrymalloc(64);
  int result = first && second && third ? 0 : ENOMEM;
  zfree(first);
  if (third || !BAD) zfree(second);
  zfree(third);
  return result;
}

int main(void) { return sweep(make, (struct zmalloc_sweep_options){0}); }
