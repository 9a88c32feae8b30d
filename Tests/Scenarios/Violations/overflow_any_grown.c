// Grows a block to SIZE bytes, writes past its new end, then frees it.
#include "../scenario.h"

int main(int count, char **values) {
  size_t size = argument(count, values, 1, 24);
  unsigned char *block = REALLOC(ALLOC(1), size);
  flip(block, size);
  if (BAD) flip(block + size, 1);
  FREE(block);
}
