// Atomic access to plain memory. Swift's Atomic owns its storage and cannot be laid over a mapped
// arena; these can go when Swift has atomic operations on a pointer.
#ifndef ZMALLOC_ATOMICS_H
#define ZMALLOC_ATOMICS_H

#include <stdbool.h>
#include <stdint.h>

static inline uint32_t zmalloc_load32(const uint32_t *p) {
  return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}
static inline void zmalloc_store32(uint32_t *p, uint32_t value) {
  __atomic_store_n(p, value, __ATOMIC_RELEASE);
}
static inline uint32_t zmalloc_exchange32(uint32_t *p, uint32_t value) {
  return __atomic_exchange_n(p, value, __ATOMIC_ACQ_REL);
}
static inline uint32_t zmalloc_add32(uint32_t *p, uint32_t value) {
  return __atomic_fetch_add(p, value, __ATOMIC_ACQ_REL);
}
static inline bool zmalloc_swap32(uint32_t *p, uint32_t expected, uint32_t desired) {
  return __atomic_compare_exchange_n(p, &expected, desired, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE);
}
static inline uint64_t zmalloc_load64(const uint64_t *p) {
  return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}
static inline void zmalloc_store64(uint64_t *p, uint64_t value) {
  __atomic_store_n(p, value, __ATOMIC_RELEASE);
}
static inline uint64_t zmalloc_add64(uint64_t *p, uint64_t value) {
  return __atomic_fetch_add(p, value, __ATOMIC_ACQ_REL);
}
static inline bool zmalloc_swap64(uint64_t *p, uint64_t expected, uint64_t desired) {
  return __atomic_compare_exchange_n(p, &expected, desired, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE);
}

// Provided because Swift has no prefetch.
static inline void zmalloc_prefetch(const void *address) { __builtin_prefetch(address); }

#endif
