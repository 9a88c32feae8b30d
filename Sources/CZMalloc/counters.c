// The counters' storage, and the life of a thread's counter: claimed at its first allocation, given
// back by a pthread key's destructor when it ends. C for the thread-local and the destructor.
#include <pthread.h>

#include "zmalloc_counters.h"

struct zmalloc_counter zmalloc_counters[ZMALLOC_COUNTER_LIMIT + 1];
_Thread_local struct zmalloc_counter *zmalloc_thread_counter
    __attribute__((tls_model("initial-exec")));

// A thread that has given its counter back, or never got one, adds here atomically.
static struct zmalloc_counter *const shared = &zmalloc_counters[ZMALLOC_COUNTER_LIMIT];
static _Thread_local bool uses_shared __attribute__((tls_model("initial-exec")));
static int64_t peak;
static pthread_key_t key;
static bool key_works;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;

static void give_back(void *counter) {
  zmalloc_thread_counter = 0;
  // Frees by later destructors of this thread must not claim again: nobody would give that one
  // back.
  uses_shared = true;
  ((struct zmalloc_counter *)counter)->grown = 0;
  __atomic_store_n(&((struct zmalloc_counter *)counter)->claimed, 0, __ATOMIC_RELEASE);
}

static void make_key(void) { key_works = pthread_key_create(&key, give_back) == 0; }

static struct zmalloc_counter *claim(void) {
  pthread_once(&key_once, make_key);
  if (!key_works) return 0;
  for (unsigned i = 0; i < ZMALLOC_COUNTER_LIMIT; i++) {
    uint32_t unclaimed = 0;
    struct zmalloc_counter *counter = &zmalloc_counters[i];
    if (__atomic_load_n(&counter->claimed, __ATOMIC_RELAXED) == 0 &&
        __atomic_compare_exchange_n(&counter->claimed, &unclaimed, 1, false, __ATOMIC_ACQUIRE,
                                    __ATOMIC_RELAXED)) {
      if (pthread_setspecific(key, counter) == 0) return counter;
      __atomic_store_n(&counter->claimed, 0, __ATOMIC_RELEASE);
      return 0;
    }
  }
  return 0;
}

void zmalloc_count_slowly(int64_t delta) {
  if (!uses_shared) {
    // Set first: pthread_setspecific may allocate through us.
    uses_shared = true;
    struct zmalloc_counter *mine = claim();
    if (mine) {
      uses_shared = false;
      zmalloc_thread_counter = mine;
      zmalloc_count(delta);
      return;
    }
  }
  __atomic_fetch_add(&shared->used, delta, __ATOMIC_RELAXED);
  if (__atomic_add_fetch(&shared->grown, delta, __ATOMIC_RELAXED) > ZMALLOC_PEAK_STEP) {
    __atomic_store_n(&shared->grown, 0, __ATOMIC_RELAXED);
    zmalloc_sample_peak();
  }
}

int64_t zmalloc_count_total(void) {
  int64_t sum = 0;
  for (unsigned i = 0; i <= ZMALLOC_COUNTER_LIMIT; i++)
    sum += __atomic_load_n(&zmalloc_counters[i].used, __ATOMIC_RELAXED);
  return sum < 0 ? 0 : sum;
}

void zmalloc_sample_peak(void) {
  if (zmalloc_thread_counter) zmalloc_thread_counter->grown = 0;
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
