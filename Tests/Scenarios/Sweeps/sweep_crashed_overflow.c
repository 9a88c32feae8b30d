// Falls back on a smaller block where it did not get a large one, and writes past its end.
#include "../sweep.h"

static int fall_back(void *unused) {
  (void)unused;
  size_t size = 64;
  char *block = ztrymalloc(size);
  if (!block) {
    if (!BAD) size = 16;
    block = ztrymalloc(16);
  }
  if (!block) return ENOMEM;
  flip(block, size > 24 ? 24 : size);
  zfree(block);
  return 0;
}

int main(void) {
  // It may do without the large one.
  return sweep(fall_back, (struct zmalloc_sweep_options){.tolerates = 1});
}
