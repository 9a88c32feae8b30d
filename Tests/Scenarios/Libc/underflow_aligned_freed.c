// Writes before the start of a block of 100 bytes at a multiple of ALIGNMENT, then frees it.
#include "../scenario.h"

int main(int count, char **values) {
  void *block = NULL;
  CHECK(posix_memalign(&block, argument(count, values, 1, 4096), 100) == 0);
  if (BAD) flip((char *)block - 1, 1);
  free(block);
}
