// A variable of main holds a block while a coroutine on a stack of its own calls exit.
#include <ucontext.h>

#include "../scenario.h"

static ucontext_t ours, theirs;
static char stack[256 * 1024];

static void run(void) { exit(0); }

int main(void) {
  void *volatile held = ALLOC(64);
  CHECK(getcontext(&theirs) == 0);
  theirs.uc_stack.ss_sp = stack;
  theirs.uc_stack.ss_size = sizeof stack;
  theirs.uc_link = &ours;
  makecontext(&theirs, run, 0);
  CHECK(swapcontext(&ours, &theirs) == 0);
  return held == NULL;
}
