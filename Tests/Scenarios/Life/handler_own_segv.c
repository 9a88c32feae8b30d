// The program's own handler of SIGSEGV prints where the fault was and ends the program with status
// 7.
#include <signal.h>

#include "../scenario.h"

static void handle(int signal, siginfo_t *info, void *context) {
  CHECK(signal == SIGSEGV && context);
  dprintf(1, "handler: fault at %p\n", info->si_addr);
  _exit(7);
}

int main(void) {
  struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO}, old;
  FREE(hidden(ALLOC(20)));
  CHECK(sigaction(SIGSEGV, NULL, &old) == 0);
  CHECK(old.sa_handler == SIG_DFL);
  CHECK(sigaction(SIGSEGV, &action, &old) == 0);
  CHECK(old.sa_handler == SIG_DFL);
  CHECK(sigaction(SIGSEGV, NULL, &old) == 0);
  CHECK(old.sa_sigaction == handle && old.sa_flags & SA_SIGINFO);
  ((volatile char *)hidden((void *)0x1234))[0] = 1;
}
