// A timer's handler jumps back to main's loop 200 times: between allocations, or with the argument
// 1 out of the middle of them too, which may lose what it cut off but must not stop the program.
#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>

#include "../scenario.h"

static sigjmp_buf back;
static void *volatile block;
static volatile sig_atomic_t jumps, inside, always;

static void handle(int signal) {
  (void)signal;
  if (inside && !always) return;
  jumps++;
  siglongjmp(back, 1);
}

int main(int count, char **values) {
  struct sigaction action = {.sa_handler = handle};
  struct itimerval timer = {{0, 1000}, {0, 1000}};
  always = argument(count, values, 1, 0);
  CHECK(sigaction(SIGPROF, &action, NULL) == 0);
  CHECK(setitimer(ITIMER_PROF, &timer, NULL) == 0);
  sigsetjmp(back, 1);
  while (jumps < 200) {
    inside = 1;
    if (!block) block = malloc(100);
    inside = 0;
    if (!always) for (volatile int spin = 0; spin < 500; spin++) continue;
    inside = 1;
    free(block);
    block = NULL;
    inside = 0;
  }
  timer = (struct itimerval){0};
  CHECK(setitimer(ITIMER_PROF, &timer, NULL) == 0);
  dprintf(1, "went on\n");
}
