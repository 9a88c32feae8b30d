// A thread-local of the program holds a block of main, another one of a thread that sleeps.
#include <pthread.h>

#include "../scenario.h"

static __thread void *held;
static pthread_barrier_t barrier;

static void *work(void *unused) {
  held = ALLOC(72);
  clear_dead_stack();
  pthread_barrier_wait(&barrier);
  for (;;) pause();
  return unused;
}

static void take(void) { held = ALLOC(64); }

int main(void) {
  pthread_t thread;
  lose(take);
  pthread_barrier_init(&barrier, NULL, 2);
  CHECK(pthread_create(&thread, NULL, work, NULL) == 0);
  pthread_barrier_wait(&barrier);
}
