// A block is overwritten, and the program asks for a look at all blocks before it frees it.
// Argument: 0 by the function, 1 by SIGUSR2.
#include <signal.h>

#include "../scenario.h"

extern int zmalloc_debug_check(void) __attribute__((weak));

HELPER void ask(size_t how) {
  if (how == 1) raise(SIGUSR2);
  else if (zmalloc_debug_check) CHECK(zmalloc_debug_check() == 0);
}

int main(int count, char **values) {
  size_t how = argument(count, values, 1, 0);
  char *block = ALLOC(24);
  CHECK(block);
  ask(how);
  if (BAD) flip(block + 24, 3);
  ask(how);
  puts("not seen");
  FREE(block);
  return 0;
}
