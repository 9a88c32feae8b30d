// Four threads allocate without a pause while main forks 60 children that allocate too.
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "../scenario.h"

static atomic_int stop;

static void *work(void *seed) {
  void *blocks[64] = {NULL};
  for (size_t i = (size_t)seed; !stop; i = i * 48271 % 2147483647) {
    FREE(blocks[i % 64]);
    blocks[i % 64] = ALLOC(i % 3000);
  }
  for (int i = 0; i < 64; i++) FREE(blocks[i]);
  return NULL;
}

int main(void) {
  pthread_t threads[4];
  for (size_t i = 0; i < 4; i++) CHECK(!pthread_create(&threads[i], NULL, work, (void *)(i + 1)));
  for (int i = 0; i < 60; i++) {
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
      for (int round = 0; round < 200; round++) FREE(hidden(ALLOC(round * 10)));
      exit(i % 2);
    }
    int status = 0;
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == i % 2);
  }
  stop = 1;
  for (int i = 0; i < 4; i++) CHECK(!pthread_join(threads[i], NULL));
}
