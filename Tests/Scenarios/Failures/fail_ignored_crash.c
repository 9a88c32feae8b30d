// Writes to each of five blocks without a look at the result.
#include "../scenario.h"

__attribute__((noinline)) static char *unchecked(size_t byteCount) {
  char *block = TRY_ALLOC(byteCount);
  ((volatile char *)block)[0] = 'x';
  return block;
}

int main(void) {
  for (size_t i = 0; i < 5; i++) FREE(unchecked(64));
}
