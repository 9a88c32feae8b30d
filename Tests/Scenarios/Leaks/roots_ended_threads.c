// Threads that have ended held a block of 64 bytes each, on their stack and by a thread-local: lost
// with them. Their stacks wait for other threads. The twin frees the blocks.
#include <pthread.h>

#include "../scenario.h"

static __thread void *local;

static void *run(void *unused) {
  void *volatile held = ALLOC(64);
  local = held;
  if (!BAD) FREE(local);
  return unused;
}

int main(int count, char **values) {
  size_t threads = argument(count, values, 1, 8);
  pthread_t thread[64];
  CHECK(threads <= 64);
  for (size_t i = 0; i < threads; i++) CHECK(pthread_create(&thread[i], NULL, run, NULL) == 0);
  for (size_t i = 0; i < threads; i++) CHECK(pthread_join(thread[i], NULL) == 0);
}
