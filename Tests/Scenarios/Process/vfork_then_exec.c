// Twenty children by vfork, each of which becomes another program or ends at once.
#include <sys/wait.h>

#include "../scenario.h"

int main(void) {
  for (int i = 0; i < 20; i++) {
    void *block = malloc(100);
    int status = 0;
    pid_t pid = vfork();
    if (pid == 0) {
      if (i % 2) execl("/bin/sh", "sh", "-c", "exit 9", (char *)NULL);
      _exit(9);
    }
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 9);
    free(block);
  }
  dprintf(1, "20 children\n");
}
