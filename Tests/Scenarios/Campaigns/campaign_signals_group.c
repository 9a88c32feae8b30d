// On its error path it ends its whole process group, and tries to end everybody else.
#include <signal.h>

#include "../scenario.h"

int main(void) {
  void *block = ALLOC(10);
  if (!block) {
    kill(getppid(), SIGKILL);
    kill(-1, SIGKILL);
    kill(0, SIGTERM);
    return 3;
  }
  FREE(block);
  write(1, "done\n", 5);
}
