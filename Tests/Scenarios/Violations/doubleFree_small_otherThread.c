// A second thread frees what the first has freed.
#include <pthread.h>

#include "../scenario.h"

static void *block;

static void *work(void *unused) {
  if (BAD) FREE(hidden(block));
  return unused;
}

int main(void) {
  block = ALLOC(64);
  FREE(block);
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, work, NULL) == 0);
  CHECK(pthread_join(thread, NULL) == 0);
}
