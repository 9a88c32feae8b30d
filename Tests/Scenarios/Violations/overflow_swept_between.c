// A block is overwritten between two calls of the allocator, and freed long after.
// Argument: 0 text that goes on, 1 the zero that ends one, 2 one byte again and again, 3 a pattern,
// 4 by the block below, which runs over its own end and this block's start.
#include "../scenario.h"

HELPER void last_before(void) { FREE(hidden(ALLOC(10))); }
HELPER void first_after(void) { FREE(hidden(ALLOC(11))); }

HELPER void spoil(char *block, char *below, size_t how) {
  static const char pattern[] = {1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4};
  switch (how) {
    case 0: memcpy(hidden(block + 8), "text that is long!!", 19); break;
    case 1: memcpy(hidden(block), "twenty-four characters!!", 25); break;
    case 2: memset(hidden(block), 7, 30); break;
    case 3: memcpy(hidden(block + 12), pattern, 16); break;
    default: memset(hidden(below), 'z', (size_t)(block - below)); break;
  }
}

HELPER void restore(char *block, char *below, size_t how) {
  // The good twin writes as much as there is.
  if (how == 4) memset(hidden(below), 'z', 24);
  else memset(hidden(block), 7, 24);
}

int main(int count, char **values) {
  size_t how = argument(count, values, 1, 0);
  char *below = ALLOC(24), *block = ALLOC(24);
  CHECK(below && block);
  for (int i = 0; i < 600; i++) FREE(hidden(ALLOC(20)));
  last_before();
  if (BAD) spoil(block, below, how);
  else restore(block, below, how);
  first_after();
  for (int i = 0; i < 900; i++) FREE(hidden(ALLOC(20)));
  FREE(block);
  FREE(below);
  return 0;
}
