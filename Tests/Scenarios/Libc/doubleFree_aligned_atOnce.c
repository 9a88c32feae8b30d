// Frees a block of 100 bytes at a multiple of ALIGNMENT twice.
#include "../scenario.h"

int main(int count, char **values) {
  void *block = NULL;
  CHECK(posix_memalign(&block, argument(count, values, 1, 4096), 100) == 0);
  void *again = hidden(block);
  free(block);
  if (BAD) free(again);
}
