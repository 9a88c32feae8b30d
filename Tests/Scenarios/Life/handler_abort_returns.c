// The program's handler of SIGABRT prints a line and returns: abort ends the program all the same.
#include <signal.h>

#include "../scenario.h"

static void handle(int signal) {
  CHECK(signal == SIGABRT);
  dprintf(1, "handler: abort\n");
}

int main(void) {
  signal(SIGABRT, handle);
  FREE(hidden(ALLOC(20)));
  abort();
}
