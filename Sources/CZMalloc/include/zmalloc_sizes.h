// The sizes that the allocator below gives for small requests, as it said them once. C, because
// Swift has no static storage at a fixed address.
#ifndef ZMALLOC_SIZES_H
#define ZMALLOC_SIZES_H

#include <stddef.h>
#include <stdint.h>

// Requests up to here are looked up; they are many, and a call to ask costs as much as a third of
// an allocation.
#define ZMALLOC_SMALL_SIZE 2048

// By the request in units of 16 bytes, in which all size classes from 16 on are measured. 0: not
// asked yet. Whoever asks writes what everybody would.
extern uint16_t zmalloc_small_sizes[ZMALLOC_SMALL_SIZE / 16 + 1];

// 0 where it is not known.
static inline size_t zmalloc_known_size(size_t size) {
  if (__builtin_expect(size > ZMALLOC_SMALL_SIZE, 0)) return 0;
  return __atomic_load_n(&zmalloc_small_sizes[(size + 15) / 16], __ATOMIC_RELAXED);
}

static inline void zmalloc_know_size(size_t size, size_t usable) {
  if (size <= ZMALLOC_SMALL_SIZE && usable <= UINT16_MAX)
    __atomic_store_n(&zmalloc_small_sizes[(size + 15) / 16], (uint16_t)usable, __ATOMIC_RELAXED);
}

// jemalloc's malloc, calloc and free. Its calls for requests of all kinds (mallocx, sdallocx) cost
// twice as much, the sized free as well: 145 instructions a pair with it, 83 with free, jemalloc
// 5.3.0. But the process's malloc need not be jemalloc's, when a program links us alone. Until they
// are found those stand in; all take each other's blocks.
extern void *(*zmalloc_jemalloc_malloc)(size_t size);
extern void *(*zmalloc_jemalloc_calloc)(size_t count, size_t size);
extern void (*zmalloc_jemalloc_free)(void *pointer);
static inline void *zmalloc_jemalloc_allocate(size_t size) { return zmalloc_jemalloc_malloc(size); }
static inline void *zmalloc_jemalloc_allocate_zeroed(size_t size) {
  return zmalloc_jemalloc_calloc(1, size);
}
static inline void zmalloc_jemalloc_give_back(void *pointer) { zmalloc_jemalloc_free(pointer); }

#endif
