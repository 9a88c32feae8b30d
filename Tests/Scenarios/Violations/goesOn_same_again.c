// The same double free COUNT times, and overflows by 2 to the power of DEPTH different stacks.
#include "../scenario.h"

HELPER void overflow(void) {
  unsigned char *block = ALLOC(40);
  if (BAD) flip(block + 40, 1);
  FREE(block);
}

/// Each turn to the one side or the other is another stack.
HELPER void descend(size_t depth) {
  if (depth == 0) {
    overflow();
    return;
  }
  descend(depth - 1);
  descend(depth - 1);
}

int main(int count, char **values) {
  for (size_t i = 0; i < argument(count, values, 1, 1); i++) {
    void *block = ALLOC(64);
    void *stale = hidden(block);
    FREE(block);
    if (BAD) FREE(stale);
  }
  size_t depth = argument(count, values, 2, 0);
  if (depth > 0) descend(depth);
  dprintf(1, "done\n");
}
