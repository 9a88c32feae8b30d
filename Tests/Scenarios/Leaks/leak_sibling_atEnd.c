// Three threads allocate and free blocks of one site all the time, one of which is lost; main exits
// in the middle.
#include <pthread.h>

#include "../scenario.h"

static int count, has_lost = !BAD;

HELPER void drop(void *block) { FREE(block); }

HELPER void *take_and_drop(void *unused) {
  for (;;) {
    void *block = hidden(ALLOC(4000));
    int number = __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED);
    if (number > 1000 && !__atomic_exchange_n(&has_lost, 1, __ATOMIC_RELAXED)) continue;
    drop(block);
  }
  return unused;
}

int main(void) {
  for (int i = 0; i < 3; i++) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, take_and_drop, NULL) == 0);
  }
  // More than the layer remembers: its records of frees serve again.
  while (__atomic_load_n(&count, __ATOMIC_RELAXED) < 20000) usleep(1000);
}
