// One byte far past the end of a block is read, after so many others were allocated: whether
// anybody sees it depends on whether just this block is guarded. Argument: how many others.
#include "../scenario.h"

int main(int count, char **values) {
  size_t others = argument(count, values, 1, 0);
  for (size_t i = 0; i < others; i++) FREE(hidden(ALLOC(32)));
  volatile char *block = hidden(ALLOC(32));
  CHECK(block);
  (void)block[BAD ? 64 : 0];
  FREE((void *)block);
  return 0;
}
