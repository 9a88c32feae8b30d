// A thread-local of a library that dlopen loaded holds a block of main, another one of a thread
// that sleeps.
#include <dlfcn.h>
#include <pthread.h>

#include "../scenario.h"

static void **(*slot)(void);
static pthread_barrier_t barrier;

static void take(void) { *slot() = ALLOC(64); }

static void *work(void *unused) {
  *slot() = ALLOC(72);
  clear_dead_stack();
  pthread_barrier_wait(&barrier);
  for (;;) pause();
  return unused;
}

int main(int count, char **values) {
  CHECK(count == 2);
  void *library = dlopen(values[1], RTLD_NOW);
  CHECK(library);
  *(void **)&slot = dlsym(library, "thread_slot");
  CHECK(slot);
  lose(take);
  pthread_t thread;
  pthread_barrier_init(&barrier, NULL, 2);
  CHECK(pthread_create(&thread, NULL, work, NULL) == 0);
  pthread_barrier_wait(&barrier);
  usleep(10000);
}
