// A library that ends the program when memory runs out.
#include "../sweep.h"

static int leave(void *unused) {
  (void)unused;
  void *block = ztrymalloc(80);
  if (!block && BAD) exit(3);
  zfree(block);
  return block ? 0 : ENOMEM;
}

int main(void) { return sweep(leave, (struct zmalloc_sweep_options){0}); }
