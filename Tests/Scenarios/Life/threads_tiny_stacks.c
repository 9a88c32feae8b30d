// Sixteen threads on stacks of PTHREAD_STACK_MIN bytes allocate, grow and free.
#include <limits.h>
#include <pthread.h>

#include "../scenario.h"

static void *work(void *unused) {
  for (size_t i = 0; i < 500; i++) {
    char *block = ALLOC(i * 20);
    block = REALLOC(block, i * 30 + 1);
    block[0] = 1;
    FREE(block);
  }
  return unused;
}

int main(void) {
  pthread_t threads[16];
  pthread_attr_t attributes;
  CHECK(pthread_attr_init(&attributes) == 0);
  CHECK(pthread_attr_setstacksize(&attributes, 16384) == 0);
  for (int i = 0; i < 16; i++) CHECK(!pthread_create(&threads[i], &attributes, work, NULL));
  for (int i = 0; i < 16; i++) CHECK(!pthread_join(threads[i], NULL));
  pthread_attr_destroy(&attributes);
}
