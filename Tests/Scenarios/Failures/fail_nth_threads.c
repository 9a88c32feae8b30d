// Four threads allocate a hundred times each, or as often as is said, once all of them are there;
// prints how many allocations failed.
#include <pthread.h>
#include <stdatomic.h>

#include "../scenario.h"

static atomic_int failures;
static pthread_barrier_t barrier;
static size_t often;

static void *work(void *unused) {
  pthread_barrier_wait(&barrier);
  for (size_t i = 0; i < often; i++) {
    void *block = TRY_ALLOC(40);
    if (!block) failures++;
    FREE(block);
  }
  return unused;
}

int main(int count, char **values) {
  often = argument(count, values, 1, 100);
  pthread_t threads[4];
  pthread_barrier_init(&barrier, NULL, 4);
  for (int i = 0; i < 4; i++) CHECK(!pthread_create(&threads[i], NULL, work, NULL));
  for (int i = 0; i < 4; i++) CHECK(!pthread_join(threads[i], NULL));
  dprintf(1, "%d failed\n", failures);
}
