// The counters' storage, and the life of a thread's counter: claimed at its first allocation, given
// back by a pthread key's destructor when it ends. C for the thread-local and the destructor.
#include <pthread.h>
#include <stddef.h>

#include "zmalloc_counters.h"
#include "zmalloc_sizes.h"

enum { line = 64, word_bits = 64, words = ZMALLOC_COUNTER_LIMIT / word_bits };

// No line has two writers: a counter is one line, and starts one.
_Static_assert(sizeof(struct zmalloc_counter) == line, "a counter is no cache line");
_Static_assert(_Alignof(struct zmalloc_counter) == line, "a counter starts no cache line");
_Static_assert(offsetof(struct zmalloc_counter, left) == 0 &&
                   offsetof(struct zmalloc_counter, freed) == 8 &&
                   offsetof(struct zmalloc_counter, next_sample) == 16,
               "the sums are not where the disassembly tests look");
_Static_assert(ZMALLOC_COUNTER_LIMIT % word_bits == 0, "the claims fill no whole words");

struct zmalloc_counter zmalloc_counters[ZMALLOC_COUNTER_LIMIT + ZMALLOC_COUNTER_POOL];
_Thread_local struct zmalloc_counter *zmalloc_thread_counter
    __attribute__((tls_model("initial-exec")));

// The counter that this thread has claimed.
static _Thread_local struct zmalloc_counter *own __attribute__((tls_model("initial-exec")));

// The counter of the pool that this thread adds to, atomically: it came when all others were
// claimed, or has given its own back already.
static _Thread_local struct zmalloc_counter *shared __attribute__((tls_model("initial-exec")));

// Written when threads begin and end, on lines apart from the counters: a bit for each counter that
// a thread owns; how many of them, and of the pool, were ever in use.
static struct {
  uint64_t claims[words];
  uint32_t used_counters, used_pool;
  uint32_t next_in_pool;
  bool key_works;
} book __attribute__((aligned(64)));
static int64_t peak __attribute__((aligned(64)));
static pthread_key_t key;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;

static void raise_to(uint32_t *mark, uint32_t value) {
  uint32_t seen = __atomic_load_n(mark, __ATOMIC_RELAXED);
  while (seen < value && !__atomic_compare_exchange_n(mark, &seen, value, true, __ATOMIC_RELEASE,
                                                      __ATOMIC_RELAXED)) {
  }
}

// What the counter holds stays in the sum: the next owner goes on from there.
static void give_back(void *counter) {
  size_t index = (size_t)((struct zmalloc_counter *)counter - zmalloc_counters);
  zmalloc_thread_counter = own = 0;
  // Later destructors of this thread must not claim again: nobody would give that one back.
  __atomic_fetch_and(&book.claims[index / word_bits], ~(UINT64_C(1) << index % word_bits),
                     __ATOMIC_RELEASE);
}

// A forked child has one thread: the counters of the others are free. Their sums stay, as their
// blocks do; what a thread had half done when the parent forked is done for it.
static void keep_one_claim(void) {
  for (unsigned i = 0; i < words; i++) book.claims[i] = 0;
  for (uint32_t i = 0; i < book.used_counters; i++) {
    struct zmalloc_counter *counter = &zmalloc_counters[i];
    if (counter == own) continue;
    if (counter->coming_sample && counter->left >= 0) counter->next_sample = counter->coming_sample;
    counter->coming_sample = 0;
  }
  if (!own) return;
  size_t index = (size_t)(own - zmalloc_counters);
  book.claims[index / word_bits] = UINT64_C(1) << index % word_bits;
}

static void make_key(void) {
  book.key_works = pthread_key_create(&key, give_back) == 0;
  pthread_atfork(0, 0, keep_one_claim);
}

// The lowest free counter, so that few are ever in use; null when there is none.
static struct zmalloc_counter *claim(void) {
  for (uint32_t i = 0; i < words; i++) {
    uint64_t seen = __atomic_load_n(&book.claims[i], __ATOMIC_RELAXED);
    while (~seen) {
      uint32_t bit = (uint32_t)__builtin_ctzll(~seen);
      if (!__atomic_compare_exchange_n(&book.claims[i], &seen, seen | UINT64_C(1) << bit, true,
                                       __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        continue;
      struct zmalloc_counter *counter = &zmalloc_counters[i * word_bits + bit];
      raise_to(&book.used_counters, i * word_bits + bit + 1);
      if (pthread_setspecific(key, counter) == 0) return counter;
      give_back(counter);
      return 0;
    }
  }
  return 0;
}

// Finds the calling thread a counter: its own, or null for `shared`.
static struct zmalloc_counter *find(void) {
  if (own || shared) return own;
  // Set first: pthread_setspecific may allocate through us. And it stays while the thread has a
  // counter, for the time after it gave that back.
  uint32_t turn = __atomic_fetch_add(&book.next_in_pool, 1, __ATOMIC_RELAXED);
  shared = &zmalloc_counters[ZMALLOC_COUNTER_LIMIT + turn % ZMALLOC_COUNTER_POOL];
  pthread_once(&key_once, make_key);
  own = book.key_works ? claim() : 0;
  return own;
}

// From here on the thread takes the quick paths, if it may.
static void quicken(void) {
  if (zmalloc_learn_sizes()) zmalloc_thread_counter = own;
}

static void use_pool(void) {
  raise_to(&book.used_pool, (uint32_t)(shared - zmalloc_counters) + 1 - ZMALLOC_COUNTER_LIMIT);
}

void zmalloc_count_allocated_slowly(uint64_t byte_count) {
  if (find()) {
    zmalloc_add_allocated(own, byte_count);
    quicken();
    return;
  }
  use_pool();
  int64_t left = __atomic_fetch_sub(&shared->left, (int64_t)byte_count, __ATOMIC_RELAXED);
  uint64_t allocated = -(uint64_t)left;
  if (allocated / ZMALLOC_PEAK_STEP != (allocated + byte_count) / ZMALLOC_PEAK_STEP)
    zmalloc_sample_peak();
}

void zmalloc_count_freed_slowly(uint64_t byte_count) {
  if (find()) {
    zmalloc_add_freed(own, byte_count);
    quicken();
    return;
  }
  use_pool();
  __atomic_fetch_add(&shared->freed, byte_count, __ATOMIC_RELAXED);
}

uint32_t zmalloc_counters_in_use(void) {
  return __atomic_load_n(&book.used_counters, __ATOMIC_ACQUIRE);
}

// What a counter's thread allocated. The thread writes in the order of `step`: whoever sees half of
// that sees what is coming, or another `next_sample` than before. What is coming has to be the same
// before and after `left` was read: else it may be of a step that `left` knows nothing of.
static uint64_t allocated_by(const struct zmalloc_counter *counter) {
  uint64_t next, coming;
  int64_t left;
  for (int tries = 0; tries < 16; tries++) {
    next = __atomic_load_n(&counter->next_sample, __ATOMIC_ACQUIRE);
    coming = __atomic_load_n(&counter->coming_sample, __ATOMIC_ACQUIRE);
    left = __atomic_load_n(&counter->left, __ATOMIC_ACQUIRE);
    if (__atomic_load_n(&counter->coming_sample, __ATOMIC_ACQUIRE) == coming &&
        __atomic_load_n(&counter->next_sample, __ATOMIC_RELAXED) == next)
      break;
  }
  return (coming && left >= 0 ? coming : next) - (uint64_t)left;
}

static uint64_t sum_of(const struct zmalloc_counter *first, uint32_t count) {
  uint64_t sum = 0;
  for (uint32_t i = 0; i < count; i++)
    sum += allocated_by(&first[i]) - __atomic_load_n(&first[i].freed, __ATOMIC_RELAXED);
  return sum;
}

// While others allocate and free, a free may be seen without its allocation.
int64_t zmalloc_count_total(void) {
  uint32_t pool = __atomic_load_n(&book.used_pool, __ATOMIC_ACQUIRE);
  uint64_t sum = sum_of(zmalloc_counters, zmalloc_counters_in_use()) +
                 sum_of(zmalloc_counters + ZMALLOC_COUNTER_LIMIT, pool);
  return (int64_t)sum < 0 ? 0 : (int64_t)sum;
}

// Raises both ends by the same, so that what was allocated stays. Each by one addition: a signal
// handler may come between and do the same. A fork may, too: see keep_one_claim.
static void step(struct zmalloc_counter *counter) {
  int64_t left = __atomic_load_n(&counter->left, __ATOMIC_RELAXED);
  if (left >= 0) return;
  uint64_t rise = ZMALLOC_PEAK_STEP - (uint64_t)left;
  __atomic_store_n(&counter->coming_sample, counter->next_sample + rise, __ATOMIC_RELEASE);
  __atomic_fetch_add(&counter->left, (int64_t)rise, __ATOMIC_RELEASE);
  __atomic_fetch_add(&counter->next_sample, rise, __ATOMIC_RELEASE);
  __atomic_store_n(&counter->coming_sample, 0, __ATOMIC_RELEASE);
  // The allocations that follow store `left` relaxed: none may be seen below zero before all this.
  __atomic_thread_fence(__ATOMIC_RELEASE);
}

void zmalloc_sample_peak(void) {
  if (own) step(own);
  int64_t now = zmalloc_count_total();
  int64_t seen = __atomic_load_n(&peak, __ATOMIC_RELAXED);
  while (now > seen && !__atomic_compare_exchange_n(&peak, &seen, now, true, __ATOMIC_RELAXED,
                                                    __ATOMIC_RELAXED)) {
  }
}

int64_t zmalloc_count_peak(void) {
  zmalloc_sample_peak();
  return __atomic_load_n(&peak, __ATOMIC_RELAXED);
}
