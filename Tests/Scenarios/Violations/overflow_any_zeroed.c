// Writes past the end of a zeroed block of SIZE bytes, then frees it.
#include "../scenario.h"

int main(int count, char **values) {
  size_t size = argument(count, values, 1, 24);
  unsigned char *block = ZERO_ALLOC(size);
  for (size_t i = 0; i < size; i++) CHECK(block[i] == 0);
  if (BAD) flip(block + size, 1);
  FREE(block);
}
