// Leaves a process behind that goes on in a session of its own.
#include "../scenario.h"

int main(void) {
  void *block = ALLOC(10);
  if (!block) return 3;
  if (fork() == 0) {
    setsid();
    if (fork() != 0) _exit(0);
    close(1);
    close(2);
    for (;;) pause();
  }
  FREE(block);
}
