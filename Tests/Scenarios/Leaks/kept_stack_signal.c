// A variable below a signal handler's frame, on the ordinary stack, holds a block while the handler
// on an alternate stack calls exit.
#include <signal.h>

#include "../scenario.h"

static char alternate[64 * 1024];

static void handle(int signal) {
  (void)signal;
  exit(0);
}

int main(void) {
  stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
  struct sigaction action = {.sa_handler = handle, .sa_flags = SA_ONSTACK};
  void *volatile held = ALLOC(64);
  CHECK(sigaltstack(&stack, NULL) == 0);
  CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
  raise(SIGUSR1);
  return held == NULL;
}
