// Ignores SIGCHLD, waits for any child, and must see its own alone.
#include <signal.h>
#include <sys/wait.h>

#include "../scenario.h"

int main(void) {
  void *block = ALLOC(10);
  if (!block) return 3;
  // Nobody is there to wait for.
  CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
  signal(SIGCHLD, SIG_IGN);
  pid_t child = fork();
  if (child == 0) _exit(0);
  CHECK(child > 0);
  while (waitpid(-1, NULL, 0) >= 0) {
  }
  CHECK(errno == ECHILD);
  FREE(block);
  write(1, "alone\n", 6);
}
