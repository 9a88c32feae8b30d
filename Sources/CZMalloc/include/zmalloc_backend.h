// The way down to the allocator below: one inline function per call. In the preload library libc's
// public names are our own and the way down is __libc_malloc; whoever calls chooses, because a
// header that Swift imports cannot see the package's traits.
#ifndef ZMALLOC_BACKEND_H
#define ZMALLOC_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

// What each libc has of its own: the size of a block, figures of the allocator.
#include "zmalloc_darwin.h"
#include "zmalloc_glibc.h"
#include "zmalloc_musl.h"

// Provided because the Glibc module map of Swift has no <malloc.h>, and Embedded Swift has no Glibc
// module.
static inline void *zmalloc_backend_malloc(size_t size) { return malloc(size); }
static inline void *zmalloc_backend_calloc(size_t size) { return calloc(1, size); }
static inline void *zmalloc_backend_realloc(void *pointer, size_t size) {
  return realloc(pointer, size);
}
static inline void *zmalloc_backend_aligned(size_t alignment, size_t size) {
  void *pointer = 0;
  return posix_memalign(&pointer, alignment, size) == 0 ? pointer : 0;
}
static inline void zmalloc_backend_free(void *pointer) { free(pointer); }

// Bytes of libc's allocator, as far as it tells them.
struct zmalloc_libc_figures {
  // Handed out; taken from the system for it; free, and given back to the system already.
  size_t allocated, active, retained;
};
struct zmalloc_libc_figures zmalloc_read_libc_figures(void);

// Gives the whole pages of a block back to the system.
void zmalloc_dismiss_pages(void *start, size_t byte_count);

// Whether the kernel can read these bytes: they may be unmapped.
bool zmalloc_can_read(const void *address, size_t byte_count);

// Implemented in Swift where blocks have a header: whether this one has, and its size.
bool zmalloc_has_header(void *pointer, size_t *usable);

// The C pieces see the traits: they write ZMALLOC_BELOW(malloc)(size).
#ifdef PRELOAD
#define ZMALLOC_BELOW(name) zmalloc_libc_##name
#else
#define ZMALLOC_BELOW(name) zmalloc_backend_##name
#endif

#endif
