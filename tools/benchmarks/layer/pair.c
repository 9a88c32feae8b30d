// Pairs of allocate and free, counted under callgrind: a dump of its counters for 64 bytes and one for
// mixed sizes. Built twice: with libc's names, for the preload library, and with zmalloc.h's (PAIR_ZMALLOC).
//
// Usage: pair PAIRS
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <valgrind/callgrind.h>

#ifdef PAIR_ZMALLOC
#include "zmalloc.h"
#define ALLOCATE zmalloc
#define RELEASE zfree
#else
#define ALLOCATE malloc
#define RELEASE free
#endif

// As many frames below the pair as a small program has, the same each time.
enum { batch = 256, depth = 10 };

static uint16_t sizes[batch];
static void *blocks[batch];

// 8 to 512 bytes, the same each time.
static void choose_sizes(void) {
  uint32_t seed = 1;
  for (int i = 0; i < batch; i++) {
    seed = seed * 1664525 + 1013904223;
    sizes[i] = (uint16_t)(8 + (seed >> 16) % 505);
  }
}

static void keep(void *block) { __asm__ volatile("" : : "r"(block) : "memory"); }

__attribute__((noinline)) static void fixed(long pairs) {
  for (long i = 0; i < pairs; i++) {
    void *block = ALLOCATE(64);
    keep(block);
    RELEASE(block);
  }
}

__attribute__((noinline)) static void mixed(long pairs) {
  for (long done = 0; done < pairs; done += batch) {
    for (int i = 0; i < batch; i++) keep(blocks[i] = ALLOCATE(sizes[i]));
    for (int i = 0; i < batch; i++) RELEASE(blocks[i]);
  }
}

__attribute__((noinline)) static void descend(int left, void (*loop)(long), long pairs) {
  if (left > 0) descend(left - 1, loop, pairs);
  else loop(pairs);
  // No tail call: the frames are what is counted.
  keep(&left);
}

int main(int argc, char **argv) {
  long pairs = argc > 1 ? atol(argv[1]) : 0;
  if (pairs <= 0) return 64;
  choose_sizes();
  // The quarantine is full before the first count: what leaves it is part of a pair.
  descend(depth, mixed, 5 * pairs);
  CALLGRIND_ZERO_STATS;
  descend(depth, mixed, pairs);
  CALLGRIND_DUMP_STATS_AT("mixed");
  descend(depth, fixed, 5 * pairs);
  CALLGRIND_ZERO_STATS;
  descend(depth, fixed, pairs);
  CALLGRIND_DUMP_STATS_AT("fixed");
  return 0;
}
