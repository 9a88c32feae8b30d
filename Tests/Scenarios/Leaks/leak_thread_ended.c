// A thread that has ended lost a block of 72 bytes that only its own variables held.
#include <pthread.h>

#include "../scenario.h"

static __thread void *held;

static void *work(void *unused) {
  held = ALLOC(72);
  memset(held, 1, 72);
  if (!BAD) FREE(held);
  return unused;
}

int main(void) {
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, work, NULL) == 0);
  CHECK(pthread_join(thread, NULL) == 0);
}
