// The parent keeps a block; its child forgets that one, which is not its own, and loses one of 52
// bytes.
#include <sys/wait.h>

#include "../scenario.h"

static void *kept;

static void work(void) {
  void *block = memset(ALLOC(52), 1, 52);
  if (!BAD) FREE(block);
}

int main(void) {
  kept = ALLOC(1000);
  pid_t pid = fork();
  CHECK(pid >= 0);
  if (pid == 0) {
    kept = NULL;
    lose(work);
    exit(0);
  }
  int status = 0;
  CHECK(waitpid(pid, &status, 0) == pid);
  CHECK(WIFEXITED(status));
  FREE(kept);
}
