// Writes COUNT bytes before the start of a block of SIZE bytes, then frees it.
#include "../scenario.h"

int main(int count, char **values) {
  size_t size = argument(count, values, 1, 24);
  size_t before = argument(count, values, 2, 1);
  unsigned char *block = ALLOC(size);
  if (BAD) flip(block - before, before);
  FREE(block);
}
