// Used memory is the same after eight threads freed each other's blocks as before.
#include <pthread.h>

#include "../scenario.h"

static void *blocks[8][1000];

static void *give(void *index) {
  for (int i = 0; i < 1000; i++) blocks[(size_t)index][i] = zmalloc(i);
  return NULL;
}

static void *take(void *index) {
  for (int i = 0; i < 1000; i++) zfree(blocks[((size_t)index + 3) % 8][i]);
  return NULL;
}

static void run(void *(*work)(void *)) {
  pthread_t threads[8];
  for (size_t i = 0; i < 8; i++) CHECK(!pthread_create(&threads[i], NULL, work, (void *)i));
  for (size_t i = 0; i < 8; i++) CHECK(!pthread_join(threads[i], NULL));
}

int main(void) {
  size_t before = zmalloc_used_memory();
  run(give);
  CHECK(zmalloc_used_memory() > before + 1000 * 1000);
  run(take);
  CHECK(zmalloc_used_memory() == before);
}
