// What musl's allocator has of its own: the size of a block. It tells no figures.
#ifndef ZMALLOC_MUSL_H
#define ZMALLOC_MUSL_H

// libc says which it is in its own headers.
#include <stdlib.h>

#if defined(__linux__) && !defined(__GLIBC__)
#include <malloc.h>
#include <stddef.h>

static inline size_t zmalloc_backend_usable_size(void *pointer) {
  return malloc_usable_size(pointer);
}
static inline size_t zmalloc_known_usable_size(void *pointer) {
  return malloc_usable_size(pointer);
}

#endif

#endif
