// Copies of the process for the sweep of allocation failures. C, because Swift's module map does
// not have fork, and because SIG_DFL is a macro with a cast.
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CZMallocTesting.h"

pid_t zmalloc_testing_fork(void) { return fork(); }

void zmalloc_testing_settle(int output, unsigned seconds) {
  // A handler of somebody else, such as Swift's backtracer, would show the crash to people.
  static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS, SIGALRM};
  for (unsigned i = 0; i < sizeof fatal / sizeof *fatal; i++) signal(fatal[i], SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, 0);
  setpgid(0, 0);
  dup2(output, 1);
  dup2(output, 2);
  alarm(seconds);
}

_Noreturn void zmalloc_testing_leave(int status) {
  for (;;) syscall(SYS_exit_group, status);
}
