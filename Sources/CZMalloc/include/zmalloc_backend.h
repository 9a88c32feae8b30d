// The way down to the allocator below: one inline function per call. In the preload library libc's
// public names are our own and the way down is __libc_malloc; whoever calls chooses, because a
// header that Swift imports cannot see the package's traits.
#ifndef ZMALLOC_BACKEND_H
#define ZMALLOC_BACKEND_H

#include <malloc.h>
#include <stddef.h>
#include <stdlib.h>

// Provided because the Glibc module map of Swift has no <malloc.h>, and Embedded Swift has no Glibc
// module.
static inline void *zmalloc_backend_malloc(size_t size) { return malloc(size); }
static inline void *zmalloc_backend_calloc(size_t size) { return calloc(1, size); }
static inline void *zmalloc_backend_realloc(void *pointer, size_t size) {
  return realloc(pointer, size);
}
static inline void *zmalloc_backend_aligned(size_t alignment, size_t size) {
  return memalign(alignment, size);
}
static inline void zmalloc_backend_free(void *pointer) { free(pointer); }
static inline size_t zmalloc_backend_usable_size(void *pointer) {
  return malloc_usable_size(pointer);
}

// Glibc exports these for interposers; they are in no header.
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *pointer, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *pointer);

static inline void *zmalloc_libc_malloc(size_t size) { return __libc_malloc(size); }
static inline void *zmalloc_libc_calloc(size_t size) { return __libc_calloc(1, size); }
static inline void *zmalloc_libc_realloc(void *pointer, size_t size) {
  return __libc_realloc(pointer, size);
}
static inline void *zmalloc_libc_aligned(size_t alignment, size_t size) {
  return __libc_memalign(alignment, size);
}
static inline void zmalloc_libc_free(void *pointer) { __libc_free(pointer); }

// The C pieces see the traits: they write ZMALLOC_BELOW(malloc)(size).
#ifdef PRELOAD
#define ZMALLOC_BELOW(name) zmalloc_libc_##name
#else
#define ZMALLOC_BELOW(name) zmalloc_backend_##name
#endif

#endif
