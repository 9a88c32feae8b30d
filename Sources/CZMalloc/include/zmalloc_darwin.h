// What Darwin's allocator has of its own: the size of a block.
#ifndef ZMALLOC_DARWIN_H
#define ZMALLOC_DARWIN_H

#if defined(__APPLE__)
#include <malloc/malloc.h>
#include <stddef.h>

static inline size_t zmalloc_backend_usable_size(void *pointer) { return malloc_size(pointer); }
static inline size_t zmalloc_known_usable_size(void *pointer) { return malloc_size(pointer); }

#endif

#endif
