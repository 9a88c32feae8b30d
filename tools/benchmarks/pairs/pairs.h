// What a way of allocating is to the benchmark: two loops, and their names.
#ifndef PAIRS_H
#define PAIRS_H

#include <stddef.h>
#include <stdint.h>

// Blocks in one batch: all are allocated, then all are freed.
#define PAIRS_BATCH 1024

// How many pairs of allocate and free; `sizes` has PAIRS_BATCH sizes. `fixed` allocates 64 bytes and
// frees them at once; `mixed` works in batches, `count` a multiple of them.
typedef void (*pairs_loop)(size_t count, const uint16_t *sizes);

struct pairs_way {
  const char *name;
  pairs_loop fixed, mixed;
};

// The compiler may not leave out an allocation that nobody looks at: here it looks used.
static inline void pairs_keep(const void *block) { __asm__ volatile("" : : "r"(block) : "memory"); }

// C by way of C: no inlining across, as between a program and its allocator.
#define PAIRS_WAYS 13
extern const struct pairs_way pairs_of_c[PAIRS_WAYS];

// Our library as a shared one: its functions are found at run time.
int pairs_open_library(const char *path, double *seconds);

// A block and its size, as a caller keeps them who gives the size back.
struct pairs_block {
  void *start;
  size_t usable;
};

// Swift, inlined into its loops; it keeps its blocks where those of C do, on the caller's stack.
void pairs_buffer_fixed(size_t count, const uint16_t *sizes);
void pairs_buffer_mixed(size_t count, const uint16_t *sizes, struct pairs_block *blocks);
void pairs_swift_zfree_fixed(size_t count, const uint16_t *sizes);
void pairs_swift_zfree_mixed(size_t count, const uint16_t *sizes, void **blocks);
void pairs_swift_sized_fixed(size_t count, const uint16_t *sizes);
void pairs_swift_sized_mixed(size_t count, const uint16_t *sizes, struct pairs_block *blocks);

#endif
