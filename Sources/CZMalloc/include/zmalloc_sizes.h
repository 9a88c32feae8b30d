// The sizes that the allocator below gives for small requests, as it said them once. C, because
// Swift has no static storage at a fixed address.
#ifndef ZMALLOC_SIZES_H
#define ZMALLOC_SIZES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "zmalloc_counters.h"

// Requests up to here are looked up; they are many, and a call to ask costs as much as a third of
// an allocation.
#define ZMALLOC_SMALL_SIZE 2048

// By the request in units of 16 bytes, in which all size classes from 16 on are measured.
extern uint16_t zmalloc_small_sizes[ZMALLOC_SMALL_SIZE / 16 + 1];

// Asks for all of them, unless that was done. False where the allocator below cannot say, and has
// to be asked for each block; and while another thread asks.
bool zmalloc_learn_sizes(void);

// Of 16 to ZMALLOC_SMALL_SIZE bytes, where the thread has a quick counter: they are asked for by
// then, and no more written.
static inline size_t zmalloc_small_size(size_t size) {
  return zmalloc_small_sizes[(size + 15) / 16];
}

// The C library is one image and reads these without a table; the code of a Swift package may be
// inlined into another image.
#ifdef ZMALLOC_ONE_IMAGE
#define ZMALLOC_OWN __attribute__((visibility("hidden")))
#else
#define ZMALLOC_OWN
#endif

// jemalloc's malloc, calloc and free. Its calls for requests of all kinds (mallocx, dallocx) cost
// twice as much. But the process's malloc need not be jemalloc's, when a program links us alone.
// Until they are found those stand in; all take each other's blocks.
extern ZMALLOC_OWN void *(*zmalloc_jemalloc_malloc)(size_t size);
extern ZMALLOC_OWN void *(*zmalloc_jemalloc_calloc)(size_t count, size_t size);
extern ZMALLOC_OWN void (*zmalloc_jemalloc_free)(void *pointer);
static inline void *zmalloc_jemalloc_allocate(size_t size) { return zmalloc_jemalloc_malloc(size); }
static inline void *zmalloc_jemalloc_allocate_zeroed(size_t size) {
  return zmalloc_jemalloc_calloc(1, size);
}
static inline void zmalloc_jemalloc_give_back(void *pointer) { zmalloc_jemalloc_free(pointer); }

#endif
