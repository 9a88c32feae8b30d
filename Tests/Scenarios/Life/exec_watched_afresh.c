// A process that holds a block becomes another program, and a child does the same: what the first
// image held is gone with it. The mistake: each new image loses a block of 36 bytes.
#include <sys/wait.h>

#include "../scenario.h"

static void *kept;

static void lose_one(void) {
  void *volatile block = memset(ALLOC(36), 1, 36);
  if (!BAD) FREE(block);
}

int main(int count, char **values) {
  kept = ALLOC(500);
  if (count > 1) {
    lose(lose_one);
    return 0;
  }
  char *arguments[] = {values[0], "again", NULL};
  pid_t pid = fork();
  CHECK(pid >= 0);
  if (pid != 0) {
    int status = 0;
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
  }
  kept = NULL;
  execv("/proc/self/exe", arguments);
  CHECK(!"the new image");
}
