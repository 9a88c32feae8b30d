// A child's own block is held by one that it inherited, and so is in use. The mistake: the child
// lets go of the inherited one, and its own is lost with it.
#include <sys/wait.h>

#include "../scenario.h"

static void **inherited;

static void hang(void) { inherited[2] = memset(ALLOC(47), 1, 47); }

int main(void) {
  inherited = ZERO_ALLOC(64);
  pid_t pid = fork();
  CHECK(pid >= 0);
  if (pid == 0) {
    lose(hang);
    if (BAD) inherited = NULL;
    exit(0);
  }
  int status = 0;
  CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
}
