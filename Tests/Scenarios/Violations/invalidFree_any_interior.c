// Frees a pointer that lies OFFSET bytes inside a block of SIZE bytes.
#include "../scenario.h"

int main(int count, char **values) {
  size_t size = argument(count, values, 1, 64);
  size_t offset = argument(count, values, 2, 8);
  unsigned char *block = ALLOC(size);
  memset(block, 0, size);
  if (BAD) FREE(hidden(block + offset));
  FREE(block);
}
