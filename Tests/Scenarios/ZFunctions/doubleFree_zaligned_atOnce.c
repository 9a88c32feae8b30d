// Frees a block of 100 bytes at a multiple of ALIGNMENT twice.
#include "../scenario.h"

int main(int count, char **values) {
  void *block = zaligned_alloc(argument(count, values, 1, 4096), 100);
  zfree(block);
  if (BAD) zfree(hidden(block));
}
