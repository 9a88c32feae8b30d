// A second thread crashes while main waits and a third allocates.
#include <pthread.h>

#include "../scenario.h"

static void *allocate(void *unused) {
  for (;;) FREE(hidden(ALLOC(100)));
  return unused;
}

static void *crash(void *unused) {
  usleep(20000);
  if (BAD) ((volatile char *)hidden(NULL))[0] = 1;
  exit(0);
  return unused;
}

int main(void) {
  pthread_t threads[2];
  CHECK(pthread_create(&threads[0], NULL, allocate, NULL) == 0);
  CHECK(pthread_create(&threads[1], NULL, crash, NULL) == 0);
  pthread_join(threads[1], NULL);
}
