// Has a second thread while it allocates: a copy of it would have none.
#include <pthread.h>

#include "../scenario.h"

static pthread_barrier_t barrier;

static void *work(void *block) {
  pthread_barrier_wait(&barrier);
  void *own = ALLOC(20);
  FREE(own);
  pthread_barrier_wait(&barrier);
  return own ? block : NULL;
}

int main(void) {
  pthread_t thread;
  pthread_barrier_init(&barrier, NULL, 2);
  if (pthread_create(&thread, NULL, work, &barrier) != 0) return 3;
  pthread_barrier_wait(&barrier);
  pthread_barrier_wait(&barrier);
  void *result;
  pthread_join(thread, &result);
  void *block = ALLOC(30);
  FREE(block);
  if (!result || !block) return 3;
  write(1, "both\n", 5);
}
