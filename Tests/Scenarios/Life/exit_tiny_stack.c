// Loses a block of 60 bytes; a thread on a stack of PTHREAD_STACK_MIN bytes then calls exit.
#include <pthread.h>

#include "../scenario.h"

static void work(void) {
  void *block = memset(ALLOC(60), 1, 60);
  if (!BAD) FREE(block);
}

static void *leave(void *unused) {
  exit(0);
  return unused;
}

int main(void) {
  pthread_t thread;
  pthread_attr_t attributes;
  lose(work);
  CHECK(pthread_attr_init(&attributes) == 0);
  CHECK(pthread_attr_setstacksize(&attributes, 16384) == 0);
  CHECK(pthread_create(&thread, &attributes, leave, NULL) == 0);
  pthread_join(thread, NULL);
}
