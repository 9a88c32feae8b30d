// Four threads allocate a hundred times each; prints how many allocations failed.
#include <pthread.h>
#include <stdatomic.h>

#include "../scenario.h"

static atomic_int failures;

static void *work(void *unused) {
  for (int i = 0; i < 100; i++) {
    void *block = TRY_ALLOC(40);
    if (!block) failures++;
    FREE(block);
  }
  return unused;
}

int main(void) {
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) while (pthread_create(&threads[i], NULL, work, NULL)) continue;
  for (int i = 0; i < 4; i++) CHECK(!pthread_join(threads[i], NULL));
  dprintf(1, "%d failed\n", failures);
}
