// What one thread ignores another does not.
#include <pthread.h>

#include "../sanitizer.h"

static void work(void) { hidden(ALLOC(72)); }

static void *run(void *argument) {
  if (!BAD) __lsan_disable();
  lose(work);
  if (!BAD) __lsan_enable();
  return argument;
}

int main(void) {
  pthread_t thread;
  __lsan_disable();
  CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
  CHECK(pthread_join(thread, NULL) == 0);
  __lsan_enable();
}
