// One byte past the end of a block is read or written, where a guard page may stand.
// Arguments: the block's size, the distance of the byte from its end, 1 to write.
#include "../scenario.h"

int main(int count, char **values) {
  size_t size = argument(count, values, 1, 32), distance = argument(count, values, 2, 0);
  volatile char *block = hidden(ALLOC(size));
  CHECK(block);
  volatile char *place = BAD ? block + size + distance : block;
  if (BAD || size) {
    if (argument(count, values, 3, 0)) *place = 1;
    else (void)*place;
  }
  FREE((void *)block);
  return 0;
}
