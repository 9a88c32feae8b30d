// A free says the size that the allocator below says of the block, and counts it: also where
// pages come to blocks of another size, have aligned, resized and foreign blocks among them, and
// where another thread frees. Linked with a production library over any backend.
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "zmalloc.h"

static atomic_long mistakes;

static void check(int holds, const char *what, size_t is, size_t should) {
  if (holds) return;
  if (atomic_fetch_add(&mistakes, 1) < 20) printf("%s: %zu, not %zu\n", what, is, should);
}

static uint32_t next(uint32_t *seed) { return (*seed = *seed * 1664525u + 1013904223u) >> 8; }

// Frees a block; while no other thread is at work, used memory falls by what it counts for.
static void give_back(void *block, const char *what) {
  if (!block) return;
  size_t usable = zmalloc_usable_size(block), counts = zmalloc_size(block), freed = 77;
  size_t before = zmalloc_used_memory();
  zfree_usable(block, &freed);
  check(freed == usable, what, freed, usable);
  check(before - zmalloc_used_memory() == counts, what, before - zmalloc_used_memory(), counts);
}

enum { count = 4000 };
static void *blocks[count];

static void give_back_all(const char *what) {
  for (size_t i = 0; i < count; i++) {
    give_back(blocks[i], what);
    blocks[i] = NULL;
  }
}

// Each round fills pages with one size and gives nearly all of them back: the next one's blocks
// are of another size, and some of the last one's are still there. `make` is what a round
// allocates by.
static void lives(void *(*make)(size_t size), const char *what) {
  static void *old[count];
  uint32_t seed = 7;
  for (int round = 0; round < 60; round++) {
    size_t size = round % 7 == 0 ? next(&seed) % 120000 + 2000 : next(&seed) % 2040 + 1;
    for (size_t i = 0; i < count / (size > 2048 ? 20 : 1); i++) blocks[i] = make(size);
    for (size_t i = 0; i < count; i++) {
      if (i % 97 == (size_t)round % 97) {
        give_back(old[i], what);
        old[i] = blocks[i];
        blocks[i] = NULL;
      }
    }
    give_back_all(what);
  }
  for (size_t i = 0; i < count; i++) {
    give_back(old[i], what);
    old[i] = NULL;
  }
}

static void *zeroed(size_t size) { return zcalloc(size); }
static void *resized(size_t size) { return zrealloc(zmalloc(40), size); }
static void *resized_back(size_t size) { return zrealloc(zmalloc(size * 2), size); }
static void *sized(size_t size) {
  size_t usable;
  zfree(zmalloc_usable(size, &usable));
  return zmalloc_usable(size, &usable);
}
static void *aligned(size_t size) {
  static uint32_t seed;
  uint32_t dice = next(&seed);
  return dice % 3 == 0 ? zaligned_alloc((size_t)16 << dice % 7, size) : zmalloc(size);
}
static void *aligned_and_resized(size_t size) {
  return zrealloc(zaligned_alloc(64, size + size / 3), size);
}
// Blocks of libc's malloc in the same pages, where the allocator below is the process's.
static void *among_foreign(size_t size) {
  static void *foreign[256];
  static uint32_t seed;
  void **place = &foreign[next(&seed) % 256];
  free(*place);
  *place = malloc(size + next(&seed) % 64);
  return zmalloc(size);
}

// Blocks go from thread to thread by places that all swap into; each block's own usable size
// stands in it.
enum { places = 512, threads = 4 };
static _Atomic(size_t *) passed[places];

static void *pass(void *number) {
  uint32_t seed = (uint32_t)(uintptr_t)number;
  for (int step = 0; step < 200000; step++) {
    size_t size = step / 5000 % 2 ? next(&seed) % 300 : next(&seed) % 40 * 50, freed = 77;
    size_t *block = zmalloc(size + sizeof(size_t));
    *block = zmalloc_usable_size(block);
    block = atomic_exchange(&passed[next(&seed) % places], block);
    if (!block) continue;
    size_t usable = *block;
    zfree_usable(block, &freed);
    check(freed == usable, "from another thread", freed, usable);
  }
  return NULL;
}

static void pass_around(void) {
  pthread_t thread[threads];
  for (size_t i = 0; i < threads; i++)
    if (pthread_create(&thread[i], NULL, pass, (void *)(uintptr_t)(i + 1)) != 0) abort();
  for (size_t i = 0; i < threads; i++) pthread_join(thread[i], NULL);
  for (size_t i = 0; i < places; i++) give_back(passed[i], "after the threads");
}

// A thread that finds all counters taken allocates by another way.
enum { counters = 256 };
static pthread_barrier_t all_have;
static atomic_bool is_over;

static void *keep_a_counter(void *unused) {
  zfree(zmalloc(1));
  pthread_barrier_wait(&all_have);
  while (!is_over) usleep(1000);
  return unused;
}

static void *fill(void *size) {
  for (size_t i = 0; i < count; i++) blocks[i] = zmalloc((size_t)(uintptr_t)size);
  return NULL;
}

// Fills the blocks on a thread of its own.
static void fill_elsewhere(size_t size) {
  pthread_t late;
  if (pthread_create(&late, NULL, fill, (void *)(uintptr_t)size) != 0) abort();
  pthread_join(late, NULL);
}

static void crowd(void) {
  static pthread_t holding[counters];
  uint32_t seed = 3;
  pthread_barrier_init(&all_have, NULL, counters + 1);
  for (size_t i = 0; i < counters; i++)
    if (pthread_create(&holding[i], NULL, keep_a_counter, NULL) != 0) abort();
  pthread_barrier_wait(&all_have);
  for (int round = 0; round < 100; round++) {
    fill((void *)(uintptr_t)(next(&seed) % 2000 + 1));
    give_back_all("with a counter");
    fill_elsewhere(next(&seed) % 2000 + 1);
    give_back_all("without a counter");
  }
  is_over = true;
  for (size_t i = 0; i < counters; i++) pthread_join(holding[i], NULL);
}

int main(void) {
  lives(zmalloc, "zmalloc");
  lives(zeroed, "zcalloc");
  lives(resized, "zrealloc, larger");
  lives(resized_back, "zrealloc, smaller");
  lives(sized, "zmalloc_usable");
  pass_around();
  crowd();
  lives(among_foreign, "among foreign blocks");
  lives(aligned, "zaligned_alloc");
  lives(aligned_and_resized, "zrealloc of an aligned block");
  lives(zmalloc, "zmalloc, after aligned blocks");
  check(zmalloc_used_memory() == 0, "used memory at the end", zmalloc_used_memory(), 0);
  printf("pages: %ld mistakes\n", atomic_load(&mistakes));
  return atomic_load(&mistakes) != 0;
}
