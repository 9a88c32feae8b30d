// Loses a block of libc's malloc, a few calls below a zfree(NULL) of the same thread. Where the
// linked layer hands its blocks to the preload library's, that call's short stack is not the
// block's.
#include "../scenario.h"

HELPER void lose_inner(void) {
  void *volatile block = malloc(48);
  if (!BAD) free(block);
  block = NULL;
}

HELPER void lose_middle(void) { lose_inner(); }

HELPER void lose_outer(void) {
  zfree(hidden(NULL));
  lose_middle();
}

int main(void) { lose(lose_outer); }
