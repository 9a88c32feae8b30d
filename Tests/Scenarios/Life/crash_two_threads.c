// Two threads crash at once; main keeps many blocks, so that a report takes its time.
#include <pthread.h>

#include "../scenario.h"

static void *blocks[50000];
static int arrived;

static void *crash(void *unused) {
  __atomic_add_fetch(&arrived, 1, __ATOMIC_SEQ_CST);
  while (__atomic_load_n(&arrived, __ATOMIC_SEQ_CST) < 2) continue;
  if (BAD) ((volatile char *)hidden(NULL))[0] = 1;
  return unused;
}

int main(void) {
  for (int i = 0; i < 50000; i++) blocks[i] = ALLOC(10);
  pthread_t threads[2];
  for (int i = 0; i < 2; i++) CHECK(pthread_create(&threads[i], NULL, crash, NULL) == 0);
  for (int i = 0; i < 2; i++) CHECK(pthread_join(threads[i], NULL) == 0);
}
