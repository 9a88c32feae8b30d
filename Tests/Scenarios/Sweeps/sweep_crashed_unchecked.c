// Writes to its third block without a look at the result.
#include "../sweep.h"

static int fill(void *unused) {
  (void)unused;
  char *blocks[3];
  int result = 0;
  for (int i = 0; i < 3; i++) {
    blocks[i] = ztrymalloc(30);
    if (blocks[i] || (BAD && i == 2)) ((volatile char *)blocks[i])[0] = 'x';
    else result = ENOMEM;
  }
  for (int i = 0; i < 3; i++) zfree(blocks[i]);
  return result;
}

int main(void) { return sweep(fill, (struct zmalloc_sweep_options){0}); }
