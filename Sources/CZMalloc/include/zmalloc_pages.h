// The size of the blocks in a page, as the last allocation there said it: for allocators whose
// pages hold blocks of one size, and which have to be asked for it at each free. C, because Swift
// has no static storage at a fixed address.
#ifndef ZMALLOC_PAGES_H
#define ZMALLOC_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "zmalloc_counters.h"
#include "zmalloc_sizes.h"

// An entry serves all pages whose numbers end alike: the size below, the rest of the number above.
#define ZMALLOC_PAGE_BITS 16
#define ZMALLOC_PAGE_SIZES ((UINT64_C(1) << ZMALLOC_PAGE_BITS) - 1)
extern ZMALLOC_OWN uint64_t zmalloc_pages[ZMALLOC_PAGE_SIZES + 1];

// No page's: of blocks that are too large for an entry, and, for good, of a page whose blocks
// differ.
#define ZMALLOC_PAGE_OF_NONE (UINT64_MAX - 1)
#define ZMALLOC_PAGE_MIXED UINT64_MAX

// Where a page comes to an entry, or has blocks of another size than in an earlier life.
ZMALLOC_RARE void zmalloc_remember_slowly(uint64_t *entry, uint64_t value);

// Notes the size of a new block. Each block that is given out is noted: while it lives its page has
// blocks of no other size, so that whoever finds the page's number finds the size.
static inline void zmalloc_remember_size(const void *block, size_t size, int page_shift) {
  uint64_t value = (uintptr_t)block >> page_shift;
  uint64_t *entry = &zmalloc_pages[value & ZMALLOC_PAGE_SIZES];
  bool differs;
#if defined(__x86_64__)
  // In three instructions; a compiler takes six.
  __asm__("movw %w1, %w0" : "+r"(value) : "r"(size));
  if (__builtin_expect(size > ZMALLOC_PAGE_SIZES, 0)) value = ZMALLOC_PAGE_OF_NONE;
  __asm__("cmpq %2, %1" : "=@ccne"(differs) : "m"(*entry), "r"(value));
#else
  value = (value & ~ZMALLOC_PAGE_SIZES) | size;
  if (__builtin_expect(size > ZMALLOC_PAGE_SIZES, 0)) value = ZMALLOC_PAGE_OF_NONE;
  differs = __atomic_load_n(entry, __ATOMIC_RELAXED) != value;
#endif
  if (__builtin_expect(differs, 0)) zmalloc_remember_slowly(entry, value);
}

// Notes that a page has blocks of several sizes.
static inline void zmalloc_remember_mixed(const void *block, int page_shift) {
  uint64_t page = (uintptr_t)block >> page_shift;
  zmalloc_remember_slowly(&zmalloc_pages[page & ZMALLOC_PAGE_SIZES], ZMALLOC_PAGE_MIXED);
}

// The entry of a block's page, which may be another's, and what it says. By their values: a place
// on the stack for a size would cost a free a frame.
static inline uint64_t zmalloc_page_entry(const void *block, int page_shift) {
  uint64_t page = (uintptr_t)block >> page_shift;
  return __atomic_load_n(&zmalloc_pages[page & ZMALLOC_PAGE_SIZES], __ATOMIC_RELAXED);
}
static inline bool zmalloc_entry_is_of(uint64_t entry, const void *block, int page_shift) {
  return (entry ^ (uintptr_t)block >> page_shift) >> ZMALLOC_PAGE_BITS == 0;
}
static inline size_t zmalloc_entry_size(uint64_t entry) { return entry & ZMALLOC_PAGE_SIZES; }

#endif
