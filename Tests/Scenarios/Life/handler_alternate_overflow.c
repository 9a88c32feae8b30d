// The stack overflows; the program's handler, on an alternate stack, prints a line and ends with
// status 8.
#include <signal.h>

#include "../scenario.h"

static char alternate[64 * 1024];

static void handle(int signal) {
  CHECK(signal == SIGSEGV);
  dprintf(1, "handler: stack overflow\n");
  _exit(8);
}

__attribute__((noinline)) static int fall(int depth) {
  volatile char frame[4096] = {(char)depth};
  void *block = ALLOC(16);
  FREE(block);
  return depth < 0 ? 0 : fall(depth + 1) + frame[0];
}

int main(void) {
  stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
  struct sigaction action = {.sa_handler = handle, .sa_flags = SA_ONSTACK};
  CHECK(sigaltstack(&stack, NULL) == 0);
  CHECK(sigaction(SIGSEGV, &action, NULL) == 0);
  return fall(0);
}
