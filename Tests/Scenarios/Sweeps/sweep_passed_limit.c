// A thousand allocations, of which a tenth is to fail.
#include "../sweep.h"

static int many(void *unused) {
  (void)unused;
  for (int i = 0; i < 1000; i++) {
    void *block = ztrymalloc(40);
    if (!block) return ENOMEM;
    zfree(block);
  }
  return 0;
}

int main(void) { return sweep(many, (struct zmalloc_sweep_options){.point_limit = 100}); }
