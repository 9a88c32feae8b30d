// Eight threads free one block at the same moment.
#include <pthread.h>

#include "../scenario.h"

static void *blocks[8];
static pthread_barrier_t barrier;

static void *work(void *index) {
  pthread_barrier_wait(&barrier);
  FREE(hidden(blocks[BAD ? 0 : (size_t)index]));
  return NULL;
}

int main(void) {
  pthread_t threads[8];
  pthread_barrier_init(&barrier, NULL, 8);
  for (size_t i = 0; i < (BAD ? 1 : 8); i++) blocks[i] = ALLOC(64);
  for (size_t i = 0; i < 8; i++) CHECK(!pthread_create(&threads[i], NULL, work, (void *)i));
  for (size_t i = 0; i < 8; i++) CHECK(!pthread_join(threads[i], NULL));
}
