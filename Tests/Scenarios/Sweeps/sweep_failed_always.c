// Fails where nothing failed: what it is to find is not there.
#include "../sweep.h"

static int find(void *unused) {
  (void)unused;
  char *text = ztrystrdup("text");
  int result = !text ? ENOMEM : text[BAD] == 't' ? 0 : EINVAL;
  zfree(text);
  return result;
}

int main(void) { return sweep(find, (struct zmalloc_sweep_options){0}); }
