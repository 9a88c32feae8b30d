// Writes one byte DISTANCE bytes before the start of a block of SIZE bytes, then frees it.
#include "../scenario.h"

int main(int count, char **values) {
  size_t size = argument(count, values, 1, 24);
  size_t distance = argument(count, values, 2, 4);
  unsigned char *block = ALLOC(size);
  if (BAD) flip(block - distance - 1, 1);
  FREE(block);
}
