// Shrinks a block to SIZE bytes, writes past its new end where it was allowed before, then frees
// it.
#include "../scenario.h"

int main(int count, char **values) {
  size_t size = argument(count, values, 1, 24);
  unsigned char *block = REALLOC(ALLOC(size * 3), size);
  if (BAD) flip(block + size, 1);
  FREE(block);
}
