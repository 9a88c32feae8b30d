// Has a timer of timer_create running while it allocates: a copy of it would have none.
#include <signal.h>
#include <time.h>

#include "../scenario.h"

static volatile sig_atomic_t ticks;
static void tick(int signal) {
  (void)signal;
  ticks++;
}

int main(void) {
  struct sigaction action = {.sa_handler = tick};
  sigaction(SIGUSR1, &action, NULL);
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
  struct itimerspec interval = {{0, 2000000}, {0, 2000000}};
  timer_t timer;
  CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
  CHECK(timer_settime(timer, 0, &interval, NULL) == 0);
  void *block = ALLOC(10);
  while (ticks < 2) {
  }
  timer_delete(timer);
  if (!block) return 3;
  FREE(block);
  write(1, "ticked\n", 7);
}
