// A program whose own handler of SIGSEGV would say so frees a block of 1 MiB twice.
#include <signal.h>

#include "../scenario.h"

static void handle(int signal) {
  (void)signal;
  dprintf(1, "the program's handler ran\n");
  _exit(9);
}

int main(void) {
  signal(SIGSEGV, handle);
  void *block = ALLOC(1 << 20);
  void *again = hidden(block);
  FREE(block);
  if (BAD) FREE(again);
}
