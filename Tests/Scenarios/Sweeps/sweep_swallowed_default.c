// Joins two words; where memory runs out the bad twin says that all is well.
#include "../sweep.h"

static int join(void *unused) {
  (void)unused;
  char *left = ztrystrdup("left"), *right = ztrystrdup("right"), *both = NULL;
  if (left && right) both = ztryrealloc(left, 10);
  if (both) {
    left = NULL;
    strcat(both, right);
  }
  int result = BAD || (both && strcmp(both, "leftright") == 0) ? 0 : ENOMEM;
  zfree(left);
  zfree(right);
  zfree(both);
  return result;
}

int main(void) { return sweep(join, (struct zmalloc_sweep_options){0}); }
