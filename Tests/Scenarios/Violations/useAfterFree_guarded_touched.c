// A freed block is read or written, whose pages may be closed.
// Arguments: the block's size, the offset of the byte, 1 to write, blocks that are allocated and
// freed before the touch.
#include "../scenario.h"

int main(int count, char **values) {
  size_t size = argument(count, values, 1, 32), offset = argument(count, values, 2, 0);
  size_t others = argument(count, values, 4, 0);
  volatile char *block = hidden(ALLOC(size));
  CHECK(block);
  if (BAD) FREE(hidden((void *)block));
  for (size_t i = 0; i < others; i++) FREE(hidden(ALLOC(100)));
  if (BAD || size) {
    if (argument(count, values, 3, 0)) block[offset] = 1;
    else (void)block[offset];
  }
  if (!BAD) FREE((void *)block);
  return 0;
}
