// Used memory, one padded counter per thread. C, because Swift has no thread-locals, and no static
// storage that is aligned to a cache line.
#ifndef ZMALLOC_COUNTERS_H
#define ZMALLOC_COUNTERS_H

#include <stdbool.h>
#include <stdint.h>

// Beyond this many threads at once the later ones share the last counter, with atomic adds.
#define ZMALLOC_COUNTER_LIMIT 256

struct zmalloc_counter {
  // Bytes in use by this thread's account; negative where it frees what others allocated.
  int64_t used;
  // Bytes of growth since the peak was last sampled.
  int64_t grown;
  // 1 while a thread owns it.
  uint32_t claimed;
  uint32_t reserved[11];
} __attribute__((aligned(64)));

extern struct zmalloc_counter zmalloc_counters[ZMALLOC_COUNTER_LIMIT + 1];
extern _Thread_local struct zmalloc_counter *zmalloc_thread_counter
    __attribute__((tls_model("initial-exec")));

// The growth after which the peak is sampled.
#define ZMALLOC_PEAK_STEP (100 * 1024)

// The paths that a thread takes once: its first count, and each sampled peak.
void zmalloc_count_slowly(int64_t delta);
void zmalloc_sample_peak(void);
int64_t zmalloc_count_total(void);
int64_t zmalloc_count_peak(void);

// Adds to the calling thread's account. One writer: load, add, store, no lock prefix.
static inline void zmalloc_count(int64_t delta) {
  struct zmalloc_counter *counter = zmalloc_thread_counter;
  if (__builtin_expect(counter == 0, 0)) {
    zmalloc_count_slowly(delta);
    return;
  }
  __atomic_store_n(&counter->used, counter->used + delta, __ATOMIC_RELAXED);
  int64_t grown = counter->grown + delta;
  counter->grown = grown;
  if (__builtin_expect(grown > ZMALLOC_PEAK_STEP, 0)) zmalloc_sample_peak();
}

#endif
