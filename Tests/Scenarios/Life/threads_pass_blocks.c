// Eight threads allocate, and free on other threads what they gave each other.
#include <pthread.h>
#include <stdatomic.h>

#include "../scenario.h"

static _Atomic(void *) exchange[512];

static void *work(void *seed) {
  size_t state = (size_t)seed * 7919 + 1;
  for (int i = 0; i < 40000; i++) {
    state = state * 48271 % 2147483647;
    size_t size = state % 64 ? state % 500 : state % 100000;
    unsigned char *block = ALLOC(size + 1);
    block[0] = block[size] = 1;
    FREE(atomic_exchange(&exchange[state % 512], block));
  }
  return NULL;
}

int main(void) {
  pthread_t threads[8];
  for (size_t i = 0; i < 8; i++) CHECK(!pthread_create(&threads[i], NULL, work, (void *)(i + 1)));
  for (size_t i = 0; i < 8; i++) CHECK(!pthread_join(threads[i], NULL));
  for (size_t i = 0; i < 512; i++) FREE(exchange[i]);
}
