// The allocations of a thread that the function starts are counted and fail too.
#include <pthread.h>

#include "../sweep.h"

static void *make(void *unused) {
  (void)unused;
  return ztrymalloc(40);
}

static int in_thread(void *unused) {
  pthread_t thread;
  void *block = NULL, *own = ztrymalloc(50);
  CHECK(pthread_create(&thread, NULL, make, unused) == 0);
  CHECK(pthread_join(thread, &block) == 0);
  int result = block && own ? 0 : ENOMEM;
  zfree(block);
  zfree(own);
  return result;
}

int main(void) { return sweep(in_thread, (struct zmalloc_sweep_options){0}); }
