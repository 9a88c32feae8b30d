// A freed block is written to between two calls of the allocator.
#include "../scenario.h"

HELPER void last_before(void) { FREE(hidden(ALLOC(10))); }
HELPER void first_after(void) { FREE(hidden(ALLOC(11))); }

int main(void) {
  char *block = ALLOC(64);
  CHECK(block);
  if (BAD) FREE(hidden(block));
  for (int i = 0; i < 300; i++) FREE(hidden(ALLOC(20)));
  last_before();
  flip(block + 8, 4);
  first_after();
  for (int i = 0; i < 300; i++) FREE(hidden(ALLOC(20)));
  if (!BAD) FREE(block);
  return 0;
}
