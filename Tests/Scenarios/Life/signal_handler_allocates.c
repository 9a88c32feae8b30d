// A timer's handler allocates while main does; without the argument 1 it skips the rounds that
// interrupted an allocation.
#include <signal.h>
#include <sys/time.h>

#include "../scenario.h"

static volatile sig_atomic_t rounds, busy, always;

static void handle(int signal) {
  (void)signal;
  rounds++;
  if (busy && !always) return;
  int saved = errno;
  FREE(hidden(ALLOC(48)));
  errno = saved;
}

int main(int count, char **values) {
  struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
  struct itimerval timer = {{0, 1000}, {0, 1000}};
  always = argument(count, values, 1, 0);
  CHECK(sigaction(SIGPROF, &action, NULL) == 0);
  CHECK(setitimer(ITIMER_PROF, &timer, NULL) == 0);
  for (size_t i = 0; rounds < 150; i++) {
    busy = 1;
    void *block = ALLOC(i % 400);
    busy = 0;
    for (volatile int spin = 0; spin < 200; spin++) continue;
    busy = 1;
    FREE(block);
    busy = 0;
  }
  timer = (struct itimerval){0};
  CHECK(setitimer(ITIMER_PROF, &timer, NULL) == 0);
}
