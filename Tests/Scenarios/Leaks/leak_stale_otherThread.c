// A pointer that a second thread, which sleeps, left far below its stack pointer is the only one to
// a block while main exits. The twin frees the block.
#include <pthread.h>

#include "../scenario.h"

static pthread_barrier_t barrier;

__attribute__((noinline)) static void leave(void) {
  void *volatile left[8192];
  for (int i = 0; i < 8192; i++) left[i] = NULL;
  left[4] = ALLOC(64);
  memset(left[4], 1, 64);
  if (!left[4]) _exit(99);
  if (!BAD) FREE(left[4]);
}

static void *work(void *unused) {
  leave();
  pthread_barrier_wait(&barrier);
  for (;;) pause();
  return unused;
}

int main(void) {
  pthread_t thread;
  pthread_barrier_init(&barrier, NULL, 2);
  CHECK(pthread_create(&thread, NULL, work, NULL) == 0);
  pthread_barrier_wait(&barrier);
  usleep(10000);
}
