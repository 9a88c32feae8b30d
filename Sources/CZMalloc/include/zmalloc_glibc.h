// What glibc's allocator has of its own: the size of a block, and the names below libc's public
// ones.
#ifndef ZMALLOC_GLIBC_H
#define ZMALLOC_GLIBC_H

// libc says which it is in its own headers.
#include <stdlib.h>

#if defined(__GLIBC__)
#include <malloc.h>
#include <stdbool.h>
#include <stddef.h>

#include "zmalloc_counters.h"

// On aarch64 a tagged heap looks the same.
#if defined(__x86_64__)
#define ZMALLOC_READS_CHUNKS
#endif

// True once this process's malloc is known to be glibc's own, with the blocks that we know. False
// under an allocator that was linked or preloaded, under Valgrind and the sanitizers, and in builds
// with the debug layer.
extern bool zmalloc_reads_chunks;

// malloc_usable_size, where blocks are not known.
ZMALLOC_RARE size_t zmalloc_ask_usable_size(void *pointer);

// The size of a block where `zmalloc_reads_chunks`, as it is where the thread has a quick counter.
// malloc_usable_size looks at the header of the next block as well, which is on a cache line of its
// own: from the block's own header, which glibc has kept since its first version, the same is read
// with a fifth of the instructions.
static inline size_t zmalloc_known_usable_size(void *pointer) {
#if defined(ZMALLOC_READS_CHUNKS)
  enum { mapped = 2 };
  // By hand: a compiler that saw the block's malloc takes what lies before it for undefined, and
  // leaves a load of its own out. It would do what both ways have in common before the test, with a
  // copy for it, and clear the three flags with a longer instruction: the path of an allocation
  // would lie across two lines of the cache.
  size_t head;
  __asm__("movq -8(%1), %0" : "=r"(head) : "r"(pointer), "m"(*(const char *)pointer));
  // A mapped block has no next one, whose first word would belong to it.
  if (__builtin_expect((head & mapped) != 0, 0))
    __asm__("andb $-8, %b0\n\tsubq $16, %0" : "+r"(head));
  else __asm__("andb $-8, %b0\n\tsubq $8, %0" : "+r"(head));
  return head;
#else
  return malloc_usable_size(pointer);
#endif
}

// The size of a block, wherever.
static inline size_t zmalloc_backend_usable_size(void *pointer) {
#if defined(ZMALLOC_READS_CHUNKS)
  if (__builtin_expect(zmalloc_reads_chunks, 1)) return zmalloc_known_usable_size(pointer);
#endif
  return zmalloc_ask_usable_size(pointer);
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

#endif

#endif
