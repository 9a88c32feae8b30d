// Signals keep their ordinary ways: blocked, ignored, pending, waited for.
#include <signal.h>

#include "../scenario.h"

int main(void) {
  sigset_t set, old;
  int got = 0;
  FREE(hidden(ALLOC(20)));
  CHECK(sigprocmask(SIG_SETMASK, NULL, &old) == 0);
  for (int i = 1; i < 65; i++) CHECK(sigismember(&old, i) <= 0);
  signal(SIGTERM, SIG_IGN);
  CHECK(raise(SIGTERM) == 0);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  CHECK(raise(SIGUSR1) == 0);
  CHECK(sigwait(&set, &got) == 0 && got == SIGUSR1);
  CHECK(signal(SIGSEGV, SIG_IGN) == SIG_DFL);
  CHECK(signal(SIGSEGV, SIG_DFL) == SIG_IGN);
  CHECK(kill(getpid(), 0) == 0);
}
