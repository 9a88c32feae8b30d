// Writes COUNT bytes past the end of a block of SIZE bytes, then frees it.
#include "../scenario.h"

int main(int count, char **values) {
  size_t size = argument(count, values, 1, 24);
  size_t extra = argument(count, values, 2, 1);
  unsigned char *block = ALLOC(size);
  flip(block, size);
  if (BAD) flip(block + size, extra);
  FREE(block);
}
