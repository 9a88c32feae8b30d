// A thread forks while another one holds a block; only the forking thread is in the child, where
// the other one's stack is nobody's. The mistake: the child loses a block of 33 bytes.
#include <pthread.h>
#include <sys/wait.h>

#include "../scenario.h"

static pthread_barrier_t barrier;

static void lose_one(void) {
  void *volatile block = memset(ALLOC(33), 1, 33);
  if (!BAD) FREE(block);
}

static void *hold(void *unused) {
  void *volatile held = ALLOC(64);
  pthread_barrier_wait(&barrier);
  for (;;) pause();
  return held ? unused : NULL;
}

static void *fork_here(void *unused) {
  void *volatile mine = ALLOC(65);
  pid_t pid = fork();
  CHECK(pid >= 0);
  if (pid == 0) {
    void *volatile own = ALLOC(66);
    lose(lose_one);
    exit(own == NULL);
  }
  int status = 0;
  CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
  FREE(mine);
  return unused;
}

int main(void) {
  pthread_t holder, forker;
  pthread_barrier_init(&barrier, NULL, 2);
  CHECK(pthread_create(&holder, NULL, hold, NULL) == 0);
  pthread_barrier_wait(&barrier);
  CHECK(pthread_create(&forker, NULL, fork_here, NULL) == 0);
  CHECK(pthread_join(forker, NULL) == 0);
}
