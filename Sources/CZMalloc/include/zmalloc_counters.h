// Used memory, one padded counter per thread. C, because Swift has no thread-locals, and no static
// storage that is aligned to a cache line.
#ifndef ZMALLOC_COUNTERS_H
#define ZMALLOC_COUNTERS_H

#include <stdbool.h>
#include <stdint.h>

// Beyond this many threads at once the later ones share a pool of counters, with atomic adds.
#define ZMALLOC_COUNTER_LIMIT 256
#define ZMALLOC_COUNTER_POOL 16

// What was allocated is `next_sample - left`. Both sums only grow, and wrap after 2^64 bytes: a
// thread may free what others allocated, so that the difference of one counter means nothing, and
// that of all is the used memory.
struct zmalloc_counter {
  // The bytes that may be allocated until the peak is sampled: one subtraction counts a block and
  // says whether it is time.
  int64_t left;
  uint64_t freed;
  // What will be allocated in all when none are left; 0 in the pool, where `left` only falls.
  uint64_t next_sample;
  // What `next_sample` will be, while the thread moves it.
  uint64_t coming_sample;
  uint64_t unused[4];
} __attribute__((aligned(64)));

// The threads' own counters, then the pool.
extern struct zmalloc_counter zmalloc_counters[ZMALLOC_COUNTER_LIMIT + ZMALLOC_COUNTER_POOL];
// The calling thread's counter, where the sizes of its blocks are known without asking as well: one
// comparison with null answers both. Null otherwise, and before the thread's first count.
extern _Thread_local struct zmalloc_counter *zmalloc_thread_counter
    __attribute__((tls_model("initial-exec")));

// The growth after which the peak is sampled.
#define ZMALLOC_PEAK_STEP (100 * 1024)

// What is called rarely saves the registers itself: whoever calls it need not save any before.
#if defined(__clang__) && (defined(__x86_64__) || defined(__aarch64__))
#define ZMALLOC_RARE __attribute__((preserve_most, cold, noinline))
#else
#define ZMALLOC_RARE __attribute__((cold, noinline))
#endif

// What a thread does at its first count, where sizes have to be asked for, and at each sampled
// peak.
ZMALLOC_RARE void zmalloc_count_allocated_slowly(uint64_t byte_count);
ZMALLOC_RARE void zmalloc_count_freed_slowly(uint64_t byte_count);
ZMALLOC_RARE void zmalloc_sample_peak(void);
int64_t zmalloc_count_total(void);
int64_t zmalloc_count_peak(void);
// How many of the threads' own counters were ever in use at once: the others are not read.
uint32_t zmalloc_counters_in_use(void);

// Provided because Swift has no thread-locals.
static inline struct zmalloc_counter *zmalloc_quick_counter(void) { return zmalloc_thread_counter; }

// Count in the calling thread's counter. One writer: no lock prefix. On x86_64 by one instruction,
// which a signal handler that allocates cannot come between, and whose sign no compiler asks for by
// itself.
static inline void zmalloc_add_allocated(struct zmalloc_counter *counter, uint64_t byte_count) {
  bool none_left;
#if defined(__x86_64__)
  __asm__("subq %2, %0" : "+m"(counter->left), "=@ccs"(none_left) : "r"(byte_count));
#else
  int64_t left = counter->left - (int64_t)byte_count;
  __atomic_store_n(&counter->left, left, __ATOMIC_RELAXED);
  none_left = left < 0;
#endif
  if (__builtin_expect(none_left, 0)) zmalloc_sample_peak();
}

static inline void zmalloc_add_freed(struct zmalloc_counter *counter, uint64_t byte_count) {
#if defined(__x86_64__)
  __asm__("addq %1, %0" : "+m"(counter->freed) : "r"(byte_count));
#else
  __atomic_store_n(&counter->freed, counter->freed + byte_count, __ATOMIC_RELAXED);
#endif
}

// The same, whether the thread has a counter or not.
static inline void zmalloc_count_allocated(uint64_t byte_count) {
  struct zmalloc_counter *counter = zmalloc_thread_counter;
  if (__builtin_expect(counter == 0, 0)) zmalloc_count_allocated_slowly(byte_count);
  else zmalloc_add_allocated(counter, byte_count);
}

static inline void zmalloc_count_freed(uint64_t byte_count) {
  struct zmalloc_counter *counter = zmalloc_thread_counter;
  if (__builtin_expect(counter == 0, 0)) zmalloc_count_freed_slowly(byte_count);
  else zmalloc_add_freed(counter, byte_count);
}

#endif
