// The storage of the sizes by page, and what comes to it rarely. C for the storage; it is there
// over the allocators alone that need it, and of its pages those that are written.
#include "zmalloc_pages.h"

#if defined(MIMALLOC) || defined(TCMALLOC)
uint64_t zmalloc_pages[ZMALLOC_PAGE_SIZES + 1] __attribute__((aligned(64)));

void zmalloc_remember_slowly(uint64_t *entry, uint64_t value) {
#ifdef MIMALLOC
  // What is mixed stays so: its page has blocks that nobody notes again.
  uint64_t seen = __atomic_load_n(entry, __ATOMIC_RELAXED);
  while (seen != ZMALLOC_PAGE_MIXED &&
         !__atomic_compare_exchange_n(entry, &seen, value, true, __ATOMIC_RELAXED,
                                      __ATOMIC_RELAXED)) {
  }
#else
  __atomic_store_n(entry, value, __ATOMIC_RELAXED);
#endif
}
#endif
