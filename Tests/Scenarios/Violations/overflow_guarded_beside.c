// Writes 8 bytes past the end of the lower one of two blocks, into its canary, and frees both. With
// guard-at=start the pages of both are neighbours, and the next block's has none before it.
#include "../scenario.h"

int main(void) {
  enum { size = 4080 };
  unsigned char *lower = hidden(ALLOC(size)), *upper = hidden(ALLOC(size));
  CHECK(lower && upper);
  if (BAD) flip(lower + size, 8);
  FREE(lower);
  FREE(upper);
  return 0;
}
