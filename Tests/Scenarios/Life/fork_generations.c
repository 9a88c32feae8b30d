// A process, its child and its grandchild; each keeps a block, and its children forget it. The
// mistake: each loses one of its own, of 20, 21 and 22 bytes.
#include <sys/wait.h>

#include "../scenario.h"

static void *kept[3];
static int generation;

static void lose_one(void) {
  void *volatile block = memset(ALLOC(20 + generation), 1, 20);
  if (!BAD) FREE(block);
}

int main(void) {
  for (;;) {
    kept[generation] = ALLOC(100);
    lose(lose_one);
    if (generation == 2) return 0;
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid != 0) {
      int status = 0;
      CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
      return 0;
    }
    kept[generation++] = NULL;
  }
}
