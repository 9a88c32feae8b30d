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

// An entry serves all pages whose numbers end alike, which are those of addresses with the same low
// 32 bits: bits 32 to 47 of the address stand in its lower half, where they are compared by one
// short instruction, and the size in the upper one. There are as many as 4 GiB have pages, of 4 or
// 64 KiB; of a larger heap some pages displace each other. Of the table itself, memory is taken for
// what is written: 4 bytes for each page of the heap.
#define ZMALLOC_PAGE_SIZES UINT16_MAX
#define ZMALLOC_PAGE_ENTRIES(page_shift) (UINT64_C(1) << (32 - (page_shift)))
extern ZMALLOC_OWN uint32_t zmalloc_pages[];

// No page's: of blocks that are too large for an entry, and, for good, of a page whose blocks
// differ. In the middle of all addresses, where no program has any.
#define ZMALLOC_PAGE_OF_NONE UINT32_C(0x8000)
#define ZMALLOC_PAGE_MIXED UINT32_C(0x18000)

// Where a page comes to an entry, or has blocks of another size than in an earlier life.
ZMALLOC_RARE void zmalloc_remember_slowly(uint32_t *entry, uint32_t value);

// By the low half of the address, of which shorter instructions are made.
static inline uint32_t *zmalloc_entry_of(const void *block, int page_shift) {
  return &zmalloc_pages[(uint32_t)(uintptr_t)block >> page_shift];
}
static inline uint16_t zmalloc_page_part(const void *block) {
  return (uint16_t)((uint64_t)(uintptr_t)block >> 32);
}

// Notes the size of a new block. Each block that is given out is noted: while it lives its page has
// blocks of no other size, so that whoever finds the page's number finds the size.
static inline void zmalloc_remember_size(const void *block, size_t size, int page_shift) {
  uint32_t *entry = zmalloc_entry_of(block, page_shift), value = (uint32_t)size << 16;
  bool differs;
#if defined(__x86_64__)
  // In two instructions; a compiler takes four.
  __asm__("movw %w1, %w0" : "+r"(value) : "r"((uint64_t)(uintptr_t)block >> 32));
  if (__builtin_expect(size > ZMALLOC_PAGE_SIZES, 0)) value = ZMALLOC_PAGE_OF_NONE;
  __asm__("cmpl %2, %1" : "=@ccne"(differs) : "m"(*entry), "r"(value));
#else
  value |= zmalloc_page_part(block);
  if (__builtin_expect(size > ZMALLOC_PAGE_SIZES, 0)) value = ZMALLOC_PAGE_OF_NONE;
  differs = __atomic_load_n(entry, __ATOMIC_RELAXED) != value;
#endif
  if (__builtin_expect(differs, 0)) zmalloc_remember_slowly(entry, value);
}

// Notes that a page has blocks of several sizes.
static inline void zmalloc_remember_mixed(const void *block, int page_shift) {
  zmalloc_remember_slowly(zmalloc_entry_of(block, page_shift), ZMALLOC_PAGE_MIXED);
}

// The entry of a block's page, which may be another's, and what it says. By their values: a place
// on the stack for a size would cost a free a frame. NULL has an entry too: it is of size 0, or
// another page's.
static inline uint32_t zmalloc_page_entry(const void *block, int page_shift) {
  return __atomic_load_n(zmalloc_entry_of(block, page_shift), __ATOMIC_RELAXED);
}
static inline bool zmalloc_entry_is_of(uint32_t entry, const void *block) {
  return __builtin_expect((uint16_t)entry == zmalloc_page_part(block), 1);
}
static inline size_t zmalloc_entry_size(uint32_t entry) { return entry >> 16; }

#endif
