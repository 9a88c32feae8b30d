// The storage of the sizes by page, and what comes to it rarely. C for the storage; it is there
// over the allocators alone that need it, and of its pages those that are written.
#include "zmalloc_pages.h"

#if defined(JEMALLOC) || defined(TCMALLOC)
enum { page_shift = 12 };
#elif defined(MIMALLOC)
enum { page_shift = 16 };
#endif

#if defined(JEMALLOC) || defined(MIMALLOC) || defined(TCMALLOC)
uint32_t zmalloc_pages[ZMALLOC_PAGE_ENTRIES(page_shift)] __attribute__((aligned(64)));

void zmalloc_remember_slowly(uint32_t *entry, uint32_t value) {
#ifdef MIMALLOC
  // What is mixed stays so: its page has blocks that nobody notes again.
  uint32_t seen = __atomic_load_n(entry, __ATOMIC_RELAXED);
  while (seen != ZMALLOC_PAGE_MIXED &&
         !__atomic_compare_exchange_n(entry, &seen, value, true, __ATOMIC_RELAXED,
                                      __ATOMIC_RELAXED)) {
  }
#else
  __atomic_store_n(entry, value, __ATOMIC_RELAXED);
#endif
}
#endif
