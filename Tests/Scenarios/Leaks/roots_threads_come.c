// Threads begin and end all the time, and hold a block each while they live; main exits in the
// middle. The mistake: one more block is lost before.
#include <pthread.h>

#include "../scenario.h"

static void *live_shortly(void *unused) {
  void *volatile held = ALLOC(64);
  for (volatile int i = 0; i < 100; i++) continue;
  FREE(held);
  return unused;
}

static void *breed(void *unused) {
  for (;;) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, live_shortly, unused) == 0) pthread_join(thread, NULL);
  }
  return unused;
}

static void take(void) {
  void *volatile held = ALLOC(72);
  if (!BAD) FREE(held);
}

int main(int count, char **values) {
  size_t threads = argument(count, values, 1, 8);
  lose(take);
  for (size_t i = 0; i < threads; i++) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, breed, NULL) == 0);
  }
  usleep(20000);
}
