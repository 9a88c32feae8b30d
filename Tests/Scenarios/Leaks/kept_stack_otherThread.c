// A variable of a second thread, which sleeps, holds a block while main exits.
#include <pthread.h>

#include "../scenario.h"

static pthread_barrier_t barrier;

static void *work(void *unused) {
  void *volatile held = ALLOC(64);
  clear_dead_stack();
  pthread_barrier_wait(&barrier);
  for (;;) pause();
  return held ? unused : NULL;
}

int main(void) {
  pthread_t thread;
  pthread_barrier_init(&barrier, NULL, 2);
  CHECK(pthread_create(&thread, NULL, work, NULL) == 0);
  pthread_barrier_wait(&barrier);
  usleep(10000);
}
