// COUNT blocks of one site and one more, which is lost: the others are freed at one place, at two,
// by four threads, or after a realloc.
#include <pthread.h>

#include "../scenario.h"

enum { one_place, two_places, by_threads, moved };

static size_t count, way;
static int has_lost = !BAD;
static pthread_barrier_t barrier;

HELPER void drop_here(void *block) {
  FREE(block);
}

HELPER void drop_there(void *block) {
  FREE(block);
}

HELPER void *drop_many(void *unused) {
  // All come to the new stack at once.
  if (way == by_threads) pthread_barrier_wait(&barrier);
  for (size_t i = 0; i < count; i++) {
    void *block = hidden(ALLOC(40));
    if (i == 1 && !__atomic_exchange_n(&has_lost, 1, __ATOMIC_RELAXED)) continue;
    if (way == moved) block = REALLOC(block, 80);
    if (way == two_places && i % 3 == 2) drop_there(block);
    else drop_here(block);
  }
  return unused;
}

static void work(void) {
  if (way != by_threads) {
    drop_many(NULL);
    return;
  }
  pthread_t threads[4];
  pthread_barrier_init(&barrier, NULL, 4);
  for (int i = 0; i < 4; i++) CHECK(pthread_create(&threads[i], NULL, drop_many, NULL) == 0);
  for (int i = 0; i < 4; i++) CHECK(pthread_join(threads[i], NULL) == 0);
}

int main(int argumentCount, char **values) {
  way = argument(argumentCount, values, 1, one_place);
  count = argument(argumentCount, values, 2, 412) + (way != by_threads);
  lose(work);
}
