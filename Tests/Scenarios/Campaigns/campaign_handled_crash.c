// Its own handler makes a clean end of a crash on the error path.
#include <signal.h>

#include "../scenario.h"

static void handle(int signal) {
  (void)signal;
  _exit(3);
}

int main(void) {
  signal(SIGSEGV, handle);
  int *block = ALLOC(sizeof *block);
  if (!block && !BAD) return 3;
  *(volatile int *)block = 1;
  FREE(block);
}
