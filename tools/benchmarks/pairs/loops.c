// The loops in C, one pair for each way: the same code but for the two calls.
#include <dlfcn.h>
#include <stdio.h>
#include <time.h>

#include "below.h"
#include "floor.h"
#include "pairs.h"
#include "redis_scheme.h"
#include "zmalloc.h"

#define NOT_INLINED __attribute__((noinline)) static

// Without the size: the block's address is all that a caller keeps.
#define LOOPS(way, allocate, release)                                                          \
  NOT_INLINED void way##_fixed(size_t count, const uint16_t *sizes) {                          \
    (void)sizes;                                                                               \
    for (size_t i = 0; i < count; i++) {                                                       \
      void *block = allocate(64);                                                              \
      pairs_keep(block);                                                                       \
      release(block);                                                                          \
    }                                                                                          \
  }                                                                                            \
  NOT_INLINED void way##_mixed(size_t count, const uint16_t *sizes) {                          \
    void *blocks[PAIRS_BATCH];                                                                 \
    for (size_t done = 0; done < count; done += PAIRS_BATCH) {                                 \
      for (size_t i = 0; i < PAIRS_BATCH; i++) {                                               \
        blocks[i] = allocate(sizes[i]);                                                        \
        pairs_keep(blocks[i]);                                                                 \
      }                                                                                        \
      for (size_t i = 0; i < PAIRS_BATCH; i++) release(blocks[i]);                             \
    }                                                                                          \
  }

// With it: the caller keeps what the allocation said.
#define SIZED_LOOPS(way, allocate, release)                                                    \
  NOT_INLINED void way##_fixed(size_t count, const uint16_t *sizes) {                          \
    (void)sizes;                                                                               \
    for (size_t i = 0; i < count; i++) {                                                       \
      size_t usable;                                                                           \
      void *block = allocate(64, &usable);                                                     \
      pairs_keep(block);                                                                       \
      release(block, usable);                                                                  \
    }                                                                                          \
  }                                                                                            \
  NOT_INLINED void way##_mixed(size_t count, const uint16_t *sizes) {                          \
    struct pairs_block blocks[PAIRS_BATCH];                                                    \
    for (size_t done = 0; done < count; done += PAIRS_BATCH) {                                 \
      for (size_t i = 0; i < PAIRS_BATCH; i++) {                                               \
        blocks[i].start = allocate(sizes[i], &blocks[i].usable);                               \
        pairs_keep(blocks[i].start);                                                           \
      }                                                                                        \
      for (size_t i = 0; i < PAIRS_BATCH; i++) release(blocks[i].start, blocks[i].usable);     \
    }                                                                                          \
  }

static void *(*shared_zmalloc)(size_t);
static void (*shared_zfree)(void *);
static void *(*shared_zmalloc_usable)(size_t, size_t *);
static void (*shared_zfree_with_size)(void *, size_t);

// What keeping the size costs a caller is none of ours: with it the raw pair has a loop of its own.
static inline void *keep_size(size_t size, size_t *usable) {
  *usable = size;
  return below_malloc(size);
}
static inline void free_with_kept(void *block, size_t usable) {
  __asm__ volatile("" : : "r"(usable));
  below_free(block);
}

LOOPS(raw, below_malloc, below_free)
SIZED_LOOPS(raw_sized, keep_size, free_with_kept)
LOOPS(redis, redis_scheme_allocate, redis_scheme_free)
LOOPS(zfree, zmalloc, zfree)
SIZED_LOOPS(sized, zmalloc_usable, zfree_with_size)
LOOPS(through, floor_through_allocate, floor_through_free)
SIZED_LOOPS(counted, floor_counted_allocate, floor_counted_free)
LOOPS(looked_up, floor_looked_up_allocate, floor_looked_up_free)
LOOPS(shared, shared_zmalloc, shared_zfree)
SIZED_LOOPS(shared_sized, shared_zmalloc_usable, shared_zfree_with_size)

static void buffer_mixed(size_t count, const uint16_t *sizes) {
  struct pairs_block blocks[PAIRS_BATCH];
  pairs_buffer_mixed(count, sizes, blocks);
}
static void swift_zfree_mixed(size_t count, const uint16_t *sizes) {
  void *blocks[PAIRS_BATCH];
  pairs_swift_zfree_mixed(count, sizes, blocks);
}
static void swift_sized_mixed(size_t count, const uint16_t *sizes) {
  struct pairs_block blocks[PAIRS_BATCH];
  pairs_swift_sized_mixed(count, sizes, blocks);
}

const struct pairs_way pairs_of_c[PAIRS_WAYS] = {
    {"raw", raw_fixed, raw_mixed},
    {"raw_sized", raw_sized_fixed, raw_sized_mixed},
    {"redis", redis_fixed, redis_mixed},
    {"zfree", zfree_fixed, zfree_mixed},
    {"zfree_with_size", sized_fixed, sized_mixed},
    {"buffer", pairs_buffer_fixed, buffer_mixed},
    {"zfree.swift", pairs_swift_zfree_fixed, swift_zfree_mixed},
    {"zfree_with_size.swift", pairs_swift_sized_fixed, swift_sized_mixed},
    {"through", through_fixed, through_mixed},
    {"counted", counted_fixed, counted_mixed},
    {"looked_up", looked_up_fixed, looked_up_mixed},
    {"zfree.so", shared_fixed, shared_mixed},
    {"zfree_with_size.so", shared_sized_fixed, shared_sized_mixed},
};

int pairs_open_library(const char *path, double *seconds) {
  struct timespec before, after;
  clock_gettime(CLOCK_MONOTONIC, &before);
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  clock_gettime(CLOCK_MONOTONIC, &after);
  if (!library) {
    fprintf(stderr, "pairs: %s\n", dlerror());
    return -1;
  }
  *seconds = (double)(after.tv_sec - before.tv_sec) +
             (double)(after.tv_nsec - before.tv_nsec) / 1e9;
  *(void **)&shared_zmalloc = dlsym(library, "zmalloc");
  *(void **)&shared_zfree = dlsym(library, "zfree");
  *(void **)&shared_zmalloc_usable = dlsym(library, "zmalloc_usable");
  *(void **)&shared_zfree_with_size = dlsym(library, "zfree_with_size");
  return shared_zmalloc && shared_zfree && shared_zmalloc_usable && shared_zfree_with_size ? 0 : -1;
}
