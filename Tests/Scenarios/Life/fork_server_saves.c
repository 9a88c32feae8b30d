// A server with many blocks forks to save: the child reads them all, works with blocks of its own,
// and leaves by _exit. The mistake: each child loses a block of 72 bytes of its own.
#include <sys/wait.h>

#include "../scenario.h"

static void **list;

static void lose_one(void) {
  void *volatile block = memset(ALLOC(72), 1, 72);
  if (!BAD) FREE(block);
}

static void save(void) {
  size_t count = 0;
  for (void **node = list; node; node = node[0]) count++;
  CHECK(count == 1000);
  void *buffer = ALLOC(4096);
  FREE(buffer);
  // The child's own way to forget what it does not need.
  list = NULL;
  lose(lose_one);
  _exit(0);
}

int main(void) {
  for (int i = 0; i < 1000; i++) {
    void **node = ALLOC(48);
    node[0] = list;
    list = node;
  }
  for (int round = 0; round < 3; round++) {
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) save();
    int status = 0;
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
  }
}
