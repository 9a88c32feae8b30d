// Threads that end give their counters back: ten thousand of them, one after the other, use no more
// counters than were alive at once, and none of the pool that late threads share. Linked with a
// production library; its argument is where in the library the counters begin, which no program
// needs to know.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "zmalloc.h"

enum { words = 8, counters = 256, pool = 16, at_once = 8 };

static pthread_barrier_t all_have;

static void *allocate(void *is_crowd) {
  void *block = zmalloc(100);
  if (is_crowd) pthread_barrier_wait(&all_have);
  zfree(block);
  return NULL;
}

static void run(size_t count, int is_crowd) {
  pthread_t threads[at_once];
  for (size_t i = 0; i < count; i++)
    if (pthread_create(&threads[i], NULL, allocate, is_crowd ? &all_have : NULL) != 0) abort();
  for (size_t i = 0; i < count; i++) pthread_join(threads[i], NULL);
}

// How many of the counters were ever written.
static size_t written(const uint64_t (*first)[words], size_t count) {
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    uint64_t any = 0;
    for (size_t word = 0; word < words; word++) any |= first[i][word];
    found += any != 0;
  }
  return found;
}

int main(int argc, char **argv) {
  Dl_info info;
  if (argc != 2 || !dladdr((void *)(uintptr_t)zmalloc, &info)) return 64;
  const uint64_t(*first)[words] = (const uint64_t(*)[words])(
      (uintptr_t)info.dli_fbase + (uintptr_t)strtoull(argv[1], NULL, 16));
  zfree(zmalloc(1));
  pthread_barrier_init(&all_have, NULL, at_once);
  for (int i = 0; i < 100; i++) run(at_once, 1);
  for (int i = 0; i < 10000; i++) run(1, 0);
  size_t own = written(first, counters), shared = written(first + counters, pool);
  printf("slots: %zu of the threads, %zu of the pool\n", own, shared);
  return own < 1 || own > at_once + 1 || shared != 0;
}
