// Keeps a pointer into a large block that grows: in production it stays where it is, in a sweep it
// moves.
#include "../sweep.h"

static int grow(void *unused) {
  (void)unused;
  char *block = ztrymalloc(100000);
  if (!block) return ENOMEM;
  char *volatile inside = block + 50000;
  char *grown = ztryrealloc(block, 100064);
  if (grown && !BAD) inside = grown + 50000;
  inside[0] = 'x';
  zfree(grown ? grown : block);
  return grown ? 0 : ENOMEM;
}

int main(void) { return sweep(grow, (struct zmalloc_sweep_options){0}); }
