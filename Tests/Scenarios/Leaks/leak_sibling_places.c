// COUNT blocks from one site, all freed but one: at one place, at two, by four threads, or after a
// realloc.
#include <pthread.h>

#include "../scenario.h"

enum { one_place, two_places, by_threads, moved };

static size_t count, way;

HELPER void *make(void) { return hidden(ALLOC(40)); }

HELPER void drop_here(void *block) {
  FREE(block);
}

HELPER void drop_there(void *block) {
  FREE(block);
}

HELPER void *drop_many(void *unused) {
  for (size_t i = 0; i < count; i++) drop_here(make());
  return unused;
}

static void work(void) {
  void *kept = make();
  if (!BAD) drop_here(kept);
  if (way == by_threads) {
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) CHECK(pthread_create(&threads[i], NULL, drop_many, NULL) == 0);
    for (int i = 0; i < 4; i++) CHECK(pthread_join(threads[i], NULL) == 0);
    return;
  }
  for (size_t i = 0; i < count; i++) {
    void *block = make();
    if (way == moved) block = REALLOC(block, 80);
    if (way == two_places && i % 3 == 0) drop_there(block);
    else drop_here(block);
  }
}

int main(int argumentCount, char **values) {
  way = argument(argumentCount, values, 1, one_place);
  count = argument(argumentCount, values, 2, 412);
  lose(work);
}
