// Atomic access to plain memory. Swift's Atomic owns its storage and cannot be laid over a mapped
// arena; these can go when Swift has atomic operations on a pointer.
#ifndef ZMALLOC_ATOMICS_H
#define ZMALLOC_ATOMICS_H

#include <stdbool.h>
#include <stdint.h>

#define ZMALLOC_ATOMICS(bits, word)                                                            \
  static inline word zmalloc_load##bits(const word *p) {                                       \
    return __atomic_load_n(p, __ATOMIC_ACQUIRE);                                               \
  }                                                                                            \
  static inline void zmalloc_store##bits(word *p, word value) {                                \
    __atomic_store_n(p, value, __ATOMIC_RELEASE);                                              \
  }                                                                                            \
  static inline word zmalloc_exchange##bits(word *p, word value) {                             \
    return __atomic_exchange_n(p, value, __ATOMIC_ACQ_REL);                                    \
  }                                                                                            \
  static inline word zmalloc_add##bits(word *p, word value) {                                  \
    return __atomic_fetch_add(p, value, __ATOMIC_ACQ_REL);                                     \
  }                                                                                            \
  static inline word zmalloc_or##bits(word *p, word value) {                                   \
    return __atomic_fetch_or(p, value, __ATOMIC_ACQ_REL);                                      \
  }                                                                                            \
  static inline bool zmalloc_swap##bits(word *p, word expected, word desired) {                \
    return __atomic_compare_exchange_n(p, &expected, desired, false, __ATOMIC_ACQ_REL,         \
                                       __ATOMIC_ACQUIRE);                                      \
  }

ZMALLOC_ATOMICS(32, uint32_t)
ZMALLOC_ATOMICS(64, uint64_t)

// Provided because Swift has no prefetch.
static inline void zmalloc_prefetch(const void *address) { __builtin_prefetch(address); }

#endif
