// Asks for a block until it gets it, which it never does where all allocations fail from there on.
#include "../sweep.h"

static int insist(void *unused) {
  (void)unused;
  void *block = NULL;
  for (int i = 0; !block && (BAD || i < 3); i++) block = ztrymalloc(80);
  zfree(block);
  return block ? 0 : ENOMEM;
}

int main(void) {
  // The second try serves as well as the first.
  return sweep(insist, (struct zmalloc_sweep_options){.time_limit = 2000, .tolerates = 1});
}
