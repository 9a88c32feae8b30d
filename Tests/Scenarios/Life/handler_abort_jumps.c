// The program's handler of SIGABRT jumps away, and the program goes on to end with status 0.
#include <setjmp.h>
#include <signal.h>

#include "../scenario.h"

static sigjmp_buf back;

static void handle(int signal) { siglongjmp(back, signal); }

int main(void) {
  signal(SIGABRT, handle);
  void *block = ALLOC(20);
  if (sigsetjmp(back, 1) == 0) abort();
  FREE(block);
  FREE(hidden(ALLOC(30)));
  dprintf(1, "came back\n");
}
