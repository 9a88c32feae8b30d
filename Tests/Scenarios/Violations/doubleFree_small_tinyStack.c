// A thread on a stack of PTHREAD_STACK_MIN bytes frees a block twice.
#include <pthread.h>

#include "../scenario.h"

static void *work(void *unused) {
  void *block = ALLOC(64);
  void *again = hidden(block);
  FREE(block);
  if (BAD) FREE(again);
  return unused;
}

int main(void) {
  pthread_t thread;
  pthread_attr_t attributes;
  CHECK(pthread_attr_init(&attributes) == 0);
  CHECK(pthread_attr_setstacksize(&attributes, 16384) == 0);
  CHECK(pthread_create(&thread, &attributes, work, NULL) == 0);
  CHECK(pthread_join(thread, NULL) == 0);
}
