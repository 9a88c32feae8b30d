// The program's handler of SIGSEGV prints a line, takes itself away and raises the signal again:
// that ends the program.
#include <signal.h>

#include "../scenario.h"

static void handle(int number) {
  dprintf(1, "handler: once\n");
  CHECK(signal(number, SIG_DFL) == handle);
  raise(number);
}

__attribute__((noinline)) static void fault(void) {
  if (BAD) ((volatile char *)hidden((void *)0x1234))[0] = 1;
}

int main(void) {
  CHECK(signal(SIGSEGV, handle) == SIG_DFL);
  FREE(hidden(ALLOC(20)));
  fault();
}
