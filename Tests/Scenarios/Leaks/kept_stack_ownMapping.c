// A thread on a stack that the program mapped itself holds a block while main exits.
#include <pthread.h>
#include <sys/mman.h>

#include "../scenario.h"

static pthread_barrier_t barrier;

static void *work(void *unused) {
  void *volatile held = ALLOC(64);
  pthread_barrier_wait(&barrier);
  for (;;) pause();
  return held ? unused : NULL;
}

int main(void) {
  pthread_t thread;
  pthread_attr_t attributes;
  size_t size = 1 << 20;
  void *stack = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(stack != MAP_FAILED);
  pthread_barrier_init(&barrier, NULL, 2);
  CHECK(pthread_attr_init(&attributes) == 0);
  CHECK(pthread_attr_setstack(&attributes, stack, size) == 0);
  CHECK(pthread_create(&thread, &attributes, work, NULL) == 0);
  pthread_barrier_wait(&barrier);
  usleep(10000);
}
