// Used memory over threads and forks: exact whenever the threads are quiet. Linked with a
// production library over any backend.
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "zmalloc.h"

static long mistakes;

static void check(int holds, const char *what, size_t number) {
  if (holds) return;
  if (++mistakes < 20) printf("%s: %zu\n", what, number);
}

static pthread_t begin(void *(*body)(void *), void *argument) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, body, argument) != 0) abort();
  return thread;
}

static void *leave_one(void *place) {
  void *kept = zmalloc(100);
  zfree(zmalloc(3000));
  *(void **)place = kept;
  return NULL;
}

// Each leaves a block behind, which the next one's parent frees.
static void short_lives(void) {
  size_t before = zmalloc_used_memory();
  for (int i = 0; i < 10000; i++) {
    void *kept = NULL;
    pthread_join(begin(leave_one, &kept), NULL);
    size_t counted = zmalloc_size(kept);
    if (i % 1000 == 0)
      check(zmalloc_used_memory() == before + counted, "a thread ended", zmalloc_used_memory());
    zfree(kept);
  }
  check(zmalloc_used_memory() == before, "after 10,000 threads", zmalloc_used_memory());
}

// More threads at once than there are counters, so that the late ones share.
enum { crowd = 600 };
static pthread_barrier_t all_have, may_free;
static void *kept[crowd];

static void *hold_and_free_a_neighbours(void *number) {
  size_t mine = (size_t)(uintptr_t)number;
  for (int i = 0; i < 50; i++) zfree(zmalloc(mine + 1));
  kept[mine] = zmalloc(mine + 1);
  pthread_barrier_wait(&all_have);
  pthread_barrier_wait(&may_free);
  // All at once, some on the same counter.
  for (int i = 0; i < 5000; i++) zfree(zmalloc(mine + 1));
  zfree(kept[(mine + 1) % crowd]);
  return NULL;
}

static void crowded(void) {
  static pthread_t threads[crowd];
  size_t before = zmalloc_used_memory(), sum = 0;
  pthread_barrier_init(&all_have, NULL, crowd + 1);
  pthread_barrier_init(&may_free, NULL, crowd + 1);
  for (size_t i = 0; i < crowd; i++)
    threads[i] = begin(hold_and_free_a_neighbours, (void *)(uintptr_t)i);
  pthread_barrier_wait(&all_have);
  for (size_t i = 0; i < crowd; i++) sum += zmalloc_size(kept[i]);
  check(zmalloc_used_memory() == before + sum, "with 600 threads", zmalloc_used_memory());
  pthread_barrier_wait(&may_free);
  for (size_t i = 0; i < crowd; i++) pthread_join(threads[i], NULL);
  check(zmalloc_used_memory() == before, "after 600 threads", zmalloc_used_memory());
}

// Destructors of a thread's keys run after its counter was given back, and in later rounds.
static pthread_key_t early, late;

static void free_it(void *block) { zfree(block); }

static void allocate_again(void *block) {
  static _Thread_local int rounds;
  zfree(block);
  if (++rounds < 3) pthread_setspecific(late, zmalloc(500));
}

static void *end_with_keys(void *unused) {
  pthread_setspecific(early, zmalloc(200));
  pthread_setspecific(late, zmalloc(300));
  return unused;
}

static void destructors(void) {
  size_t before = zmalloc_used_memory();
  for (int i = 0; i < 500; i++) pthread_join(begin(end_with_keys, NULL), NULL);
  check(zmalloc_used_memory() == before, "after destructors", zmalloc_used_memory());
}

// In a child the blocks of the threads that it does not have are still there, and so is their sum.
static volatile int stop;

// So large that each is a sample of the peak, in the midst of which a fork often meets a thread.
enum { churned = 110000 };

static void *churn(void *unused) {
  void *block = NULL;
  while (!stop) {
    zfree(block);
    block = zmalloc(churned);
  }
  zfree(block);
  return unused;
}

// The child's threads have the counters of the parent's. A step of the peak that was half done
// there shows when the next owner does one.
enum { heirs = 4 };
static pthread_barrier_t all_inherit;

static void *go_on(void *unused) {
  void *first = zmalloc(1);
  pthread_barrier_wait(&all_inherit);
  for (int i = 0; i < 10; i++) zfree(zmalloc(churned));
  zfree(first);
  return unused;
}

static int in_child(size_t before, void *block) {
  size_t now = zmalloc_used_memory(), size = zmalloc_size(block);
  // The other threads' two blocks: each has none, one, or two at most.
  if (now < before || now > before + 3 * churned) return 1;
  zfree(block);
  if (zmalloc_used_memory() != now - size) return 2;
  // Their counters are free: threads of the child find some.
  static pthread_t threads[8];
  static void *places[8];
  for (int i = 0; i < 8; i++) threads[i] = begin(leave_one, &places[i]);
  for (int i = 0; i < 8; i++) pthread_join(threads[i], NULL);
  for (int i = 0; i < 8; i++) zfree(places[i]);
  if (zmalloc_used_memory() != now - size) return 3;
  pthread_barrier_init(&all_inherit, NULL, heirs);
  for (int i = 0; i < heirs; i++) threads[i] = begin(go_on, NULL);
  for (int i = 0; i < heirs; i++) pthread_join(threads[i], NULL);
  return zmalloc_used_memory() == now - size ? 0 : 4;
}

static void forks(void) {
  void *block = zmalloc(5000);
  size_t before = zmalloc_used_memory();
  pthread_t churning[2] = {begin(churn, NULL), begin(churn, NULL)};
  for (int i = 0; i < 200; i++) {
    pid_t child = fork();
    if (child == 0) _exit(in_child(before, block));
    int status = -1;
    waitpid(child, &status, 0);
    check(status == 0, "in a child", (size_t)status >> 8);
  }
  stop = 1;
  for (int i = 0; i < 2; i++) pthread_join(churning[i], NULL);
  check(zmalloc_used_memory() == before, "after forks", zmalloc_used_memory());
  zfree(block);
}

// The peak is sampled at each 100 KiB that a thread allocates, also when it has freed more before.
static void *allocate_elsewhere(void *place) {
  *(void **)place = zmalloc(64 << 20);
  return NULL;
}

static void peak(void) {
  size_t before = zmalloc_used_memory();
  void *large = NULL;
  for (int i = 0; i < 2; i++) {
    zfree(large);
    pthread_join(begin(allocate_elsewhere, &large), NULL);
  }
  // This thread has freed 64 MiB more than it has allocated, and while it has these all others are
  // there as well.
  zfree(zmalloc(16 << 20));
  zfree(large);
  check(zmalloc_peak_memory() >= before + (80 << 20), "the peak", zmalloc_peak_memory());
  check(zmalloc_used_memory() == before, "used memory is not back", zmalloc_used_memory());
}

// A thread that only allocates: whoever reads meanwhile sees used memory grow, also in the moments
// of its samples of the peak.
static atomic_bool is_full;

static void *only_allocate(void *blocks) {
  for (size_t i = 0; i < 20000; i++) ((void **)blocks)[i] = zmalloc(30000);
  is_full = true;
  return NULL;
}

static void only_grows(void) {
  static void *blocks[20000];
  size_t before = zmalloc_used_memory(), last = before;
  pthread_t thread = begin(only_allocate, blocks);
  while (!is_full) {
    size_t now = zmalloc_used_memory();
    check(now >= last, "used memory fell", last - now);
    last = now;
  }
  pthread_join(thread, NULL);
  for (size_t i = 0; i < 20000; i++) zfree(blocks[i]);
  check(zmalloc_used_memory() == before, "after it grew", zmalloc_used_memory());
}

// One thread frees what another allocates. Who reads meanwhile may see a free whose allocation he
// did not see, with nothing else in use: the sum is not below zero for all that.
static void *_Atomic passed;
static atomic_bool has_read;

static void *allocate_and_pass(void *unused) {
  while (!has_read)
    if (!passed) passed = zmalloc(1 << 16);
  return unused;
}

static void *free_what_is_passed(void *unused) {
  while (!has_read) zfree(atomic_exchange(&passed, NULL));
  return unused;
}

static void *have_a_counter(void *unused) {
  zfree(zmalloc(1));
  while (!has_read) usleep(1000);
  return unused;
}

static void never_below_zero(void) {
  // The counters between the two are read after the one and before the other.
  enum { between = 200 };
  static pthread_t threads[between];
  pthread_t giver = begin(allocate_and_pass, NULL);
  while (!passed) usleep(100);
  for (int i = 0; i < between; i++) threads[i] = begin(have_a_counter, NULL);
  usleep(20000);
  pthread_t taker = begin(free_what_is_passed, NULL);
  for (int i = 0; i < 200000; i++) {
    size_t now = zmalloc_used_memory();
    if (now > 1 << 20) check(0, "below zero", now);
  }
  has_read = true;
  pthread_join(giver, NULL);
  pthread_join(taker, NULL);
  for (int i = 0; i < between; i++) pthread_join(threads[i], NULL);
  zfree(passed);
  check(zmalloc_used_memory() == 0, "after blocks were passed", zmalloc_used_memory());
}

static size_t told;

static void note_size(size_t size) { told = size; }

// Small blocks until there is no memory: one that could not be had counts for nothing, though over
// most backends it is counted before it is asked for. Each block holds the last one's address.
static void fill_memory(void) {
  enum { room = 64 << 20 };
  size_t pages = 0, before = zmalloc_used_memory(), counted = 0;
  FILE *statm = fopen("/proc/self/statm", "r");
  if (!statm || fscanf(statm, "%zu", &pages) != 1) abort();
  fclose(statm);
  rlim_t most = pages * (size_t)getpagesize() + room;
  if (setrlimit(RLIMIT_AS, &(struct rlimit){most, most}) != 0) abort();
  void **last = NULL, **block;
  for (size_t i = 0; counted < 8 * room && (block = ztrymalloc(16 + i % 2033)) != NULL; i++) {
    counted += zmalloc_size(block);
    *block = last;
    last = block;
  }
  check(counted > room / 4 && counted < 8 * room, "memory is not full, or too early", counted);
  check(zmalloc_used_memory() == before + counted, "full memory", zmalloc_used_memory());
  zmalloc_set_oom_handler(note_size);
  for (size_t size = 2033; size <= 2048; size++) {
    void *found = size % 2 ? zmalloc(size) : zcalloc(size);
    check(found || told == size, "the handler was told another size", told);
    zfree(found);
    check(zmalloc_used_memory() == before + counted, "full memory again", zmalloc_used_memory());
  }
  size_t beyond = (size_t)1 << 40;
  check(!ztrymalloc(beyond), "a block beyond the limit", beyond);
  size_t most_used = zmalloc_peak_memory();
  check(most_used < beyond, "the peak has a block that could not be had", most_used);
  while ((block = last) != NULL) {
    last = *block;
    zfree(block);
  }
  check(zmalloc_used_memory() == before, "no more full memory", zmalloc_used_memory());
}

// In a child, which alone is limited.
static void out_of_memory(void) {
  pid_t child = fork();
  if (child == 0) {
    mistakes = 0;
    fill_memory();
    fflush(stdout);
    _exit(mistakes != 0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  check(status == 0, "the child without memory", (size_t)status);
}

int main(void) {
  pthread_key_create(&early, free_it);
  zfree(zmalloc(1));
  pthread_key_create(&late, allocate_again);
  out_of_memory();
  short_lives();
  crowded();
  short_lives();
  destructors();
  forks();
  peak();
  only_grows();
  never_below_zero();
  check(zmalloc_used_memory() == 0, "at the end", zmalloc_used_memory());
  printf("accounts: %ld mistakes\n", mistakes);
  return mistakes != 0;
}
