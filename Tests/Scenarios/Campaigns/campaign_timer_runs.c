// Has a timer running while it allocates: a copy of it would have none.
#include <signal.h>
#include <sys/time.h>

#include "../scenario.h"

static volatile sig_atomic_t ticks;
static void tick(int signal) {
  (void)signal;
  ticks++;
}

int main(void) {
  struct sigaction action = {.sa_handler = tick};
  sigaction(SIGALRM, &action, NULL);
  struct itimerval interval = {{0, 2000}, {0, 2000}};
  setitimer(ITIMER_REAL, &interval, NULL);
  void *block = ALLOC(10);
  while (ticks < 2) {
  }
  setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 0}}, NULL);
  if (!block) return 3;
  FREE(block);
  write(1, "ticked\n", 7);
}
