// Threads that end give their counters back: ten thousand of them, one after the other, use no more
// counters than were alive at once, and none of the pool that late threads share. A forked child
// has the counters of the threads that it has not got, and its own is its own. Linked with a
// production library; its argument is where in the library the counters begin, which no program
// needs to know.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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

static void *allocate_one(void *place) {
  *(void **)place = zmalloc(100);
  return NULL;
}

// Which of the first counters an allocation changes, as bits: of this thread or of a new one.
static uint64_t changed(const uint64_t (*first)[words], int is_elsewhere) {
  static uint64_t before[64][words];
  void *block = NULL;
  uint64_t bits = 0;
  pthread_t thread;
  memcpy(before, first, sizeof before);
  if (!is_elsewhere) allocate_one(&block);
  else if (pthread_create(&thread, NULL, allocate_one, &block) != 0) abort();
  else pthread_join(thread, NULL);
  for (size_t i = 0; i < 64; i++)
    if (memcmp(before[i], first[i], sizeof before[i]) != 0) bits |= UINT64_C(1) << i;
  zfree(block);
  return bits;
}

static pthread_barrier_t all_hold;
static atomic_bool is_over;

static void *hold(void *unused) {
  zfree(zmalloc(1));
  pthread_barrier_wait(&all_hold);
  while (!is_over) usleep(1000);
  return unused;
}

// In a child of a process whose threads all have counters: 0 when it is as it should be.
static int in_child(const uint64_t (*first)[words]) {
  uint64_t mine = changed(first, 0), others = changed(first, 1);
  if (!mine || !others || mine & others) return 1;
  run(at_once, 1);
  return written(first, counters) > at_once + 1 ? 2 : 0;
}

static int fork_among_threads(const uint64_t (*first)[words]) {
  pthread_t threads[at_once];
  int status = -1;
  pthread_barrier_init(&all_hold, NULL, at_once + 1);
  for (size_t i = 0; i < at_once; i++)
    if (pthread_create(&threads[i], NULL, hold, NULL) != 0) abort();
  pthread_barrier_wait(&all_hold);
  pid_t child = fork();
  if (child == 0) _exit(in_child(first));
  waitpid(child, &status, 0);
  is_over = true;
  for (size_t i = 0; i < at_once; i++) pthread_join(threads[i], NULL);
  if (status != 0) printf("in a child: %d\n", status >> 8);
  return status;
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
  int forked = fork_among_threads(first);
  size_t own = written(first, counters), shared = written(first + counters, pool);
  printf("slots: %zu of the threads, %zu of the pool\n", own, shared);
  return own < 1 || own > at_once + 1 || shared != 0 || forked != 0;
}
