// Used memory and its peak, to the byte.
#include "contract.h"

#include <pthread.h>

enum { block_count = 1000 };

static void account_exact(void) {
  static void *blocks[block_count];
  long long sum = 0;
  int wrong = 0;
  for (int i = 0; i < block_count; i++) {
    blocks[i] = i % 3 ? zmalloc((size_t)i) : zcalloc((size_t)i * 10);
    sum += (long long)zmalloc_size(blocks[i]);
    if (counted() != sum) wrong++;
  }
  // In another order than they came.
  for (int i = 0; i < block_count; i++) {
    int which = i * 7 % block_count;
    sum -= (long long)zmalloc_size(blocks[which]);
    zfree(blocks[which]);
    if (counted() != sum) wrong++;
  }
  say("wrong %d left %lld", wrong, counted());
}

enum { thread_count = 4, round_count = 20000 };
static void *passed[thread_count][64];

// Each thread frees what it finds in its neighbour's places, and leaves blocks there.
static void *exchange(void *index) {
  size_t mine = (size_t)(uintptr_t)index;
  for (size_t i = 0; i < round_count; i++) {
    void **place = &passed[(mine + i) % thread_count][i % 64];
    zfree(__atomic_exchange_n(place, zmalloc(i % 300), __ATOMIC_ACQ_REL));
  }
  return NULL;
}

static void account_threads(void) {
  pthread_t threads[thread_count];
  for (size_t i = 0; i < thread_count; i++)
    if (pthread_create(&threads[i], NULL, exchange, (void *)(uintptr_t)i) != 0) say("no thread");
  for (int i = 0; i < thread_count; i++) pthread_join(threads[i], NULL);
  long long sum = 0;
  for (int i = 0; i < thread_count; i++)
    for (int k = 0; k < 64; k++) {
      if (passed[i][k]) sum += (long long)zmalloc_size(passed[i][k]);
    }
  say("off %lld", counted() - sum);
  for (int i = 0; i < thread_count; i++)
    for (int k = 0; k < 64; k++) zfree(passed[i][k]);
  say("left %lld", counted());
}

static void account_peak(void) {
  // The second is too little to be sampled on the way.
  void *first = zmalloc(100), *second = zmalloc(1000);
  say("sampled_now %d", zmalloc_peak_memory() == zmalloc_used_memory());
  zfree(first);
  zfree(second);
  void *large = zmalloc(3 << 20);
  size_t used = zmalloc_used_memory();
  say("peak_is_used %d", zmalloc_peak_memory() == used);
  zfree(large);
  say("stays %d", zmalloc_peak_memory() == used);
  void *small = zmalloc(1000);
  say("stays %d", zmalloc_peak_memory() == used);
  void *larger = zmalloc(5 << 20);
  say("rises %d", zmalloc_peak_memory() == zmalloc_used_memory());
  zfree(larger);
  zfree(small);
  say("left %lld", counted());
}

// Nobody asks meanwhile: the growth itself samples it, each 100 KiB.
static void account_peak_sampled(void) {
  enum { step = 10000, steps = 100 };
  void *blocks[steps];
  for (int i = 0; i < steps; i++) blocks[i] = zmalloc(step);
  long long top = counted();
  for (int i = 0; i < steps; i++) zfree(blocks[i]);
  long long below = top - (long long)zmalloc_peak_memory();
  say("within %d", below >= 0 && below <= 100 * 1024 + step * 2);
}

// A failed allocation counts for nothing, neither in used memory nor in the peak.
static void account_failures(void) {
  size_t peak = zmalloc_peak_memory();
  for (int i = 0; i < 1000; i++) {
    if (ztrymalloc(hidden(SIZE_MAX - (size_t)i)) || ztrycalloc(hidden((size_t)1 << 47)))
      say("a block");
  }
  say("left %lld peak_rose %d", counted(), zmalloc_peak_memory() > peak);
}

const struct contract_case account_cases[] = {{"account_exact", account_exact},
                                              {"account_threads", account_threads},
                                              {"account_peak", account_peak},
                                              {"account_peak_sampled", account_peak_sampled},
                                              {"account_failures", account_failures},
                                              {NULL, NULL}};
