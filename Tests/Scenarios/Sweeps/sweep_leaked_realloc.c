// Grows a text; the bad twin writes realloc's result over the only pointer to it.
#include "../sweep.h"

static int grow(void *unused) {
  (void)unused;
  char *text = NULL;
  for (size_t size = 8; size <= 256 * 1024; size *= 8) {
    char *grown = ztryrealloc(text, size);
    if (grown || BAD) text = grown;
    if (!grown) {
      zfree(text);
      return ENOMEM;
    }
    memset(text, 'x', size);
  }
  zfree(text);
  return 0;
}

int main(void) { return sweep(grow, (struct zmalloc_sweep_options){0}); }
