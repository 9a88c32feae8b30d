// A forked child writes past the end of its parent's block and frees it; the parent waits and ends
// well.
#include <sys/wait.h>

#include "../scenario.h"

int main(void) {
  unsigned char *block = ALLOC(24);
  pid_t pid = fork();
  if (pid == 0) {
    if (BAD) flip(block + 24, 1);
    FREE(block);
    exit(0);
  }
  CHECK(waitpid(pid, NULL, 0) == pid);
  FREE(block);
}
