// Writes past the end of a block of SIZE bytes, then gives it to realloc.
#include "../scenario.h"

int main(int count, char **values) {
  size_t size = argument(count, values, 1, 24);
  unsigned char *block = ALLOC(size);
  if (BAD) flip(block + size, 2);
  block = REALLOC(block, size * 2 + 1);
  FREE(block);
}
