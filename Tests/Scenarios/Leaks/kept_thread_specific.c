// pthread_setspecific holds the blocks of main and of a thread that sleeps, at low and at high
// keys.
#include <pthread.h>

#include "../scenario.h"

static pthread_key_t keys[100];
static pthread_barrier_t barrier;

static void take(void) {
  for (int i = 0; i < 100; i++) CHECK(pthread_setspecific(keys[i], ALLOC(64 + i)) == 0);
}

static void *work(void *unused) {
  take();
  clear_dead_stack();
  pthread_barrier_wait(&barrier);
  for (;;) pause();
  return unused;
}

int main(void) {
  for (int i = 0; i < 100; i++) CHECK(pthread_key_create(&keys[i], NULL) == 0);
  lose(take);
  pthread_t thread;
  pthread_barrier_init(&barrier, NULL, 2);
  CHECK(pthread_create(&thread, NULL, work, NULL) == 0);
  pthread_barrier_wait(&barrier);
  usleep(10000);
}
