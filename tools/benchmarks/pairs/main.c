// Measures what a pair of allocate and free costs in each way, or counts its instructions.
//
// Usage: pairs time LIBRARY ROUNDS    lines `pair WORKLOAD THREADS WAY NANOSECONDS`, one a round
//        pairs read THREADS ROUNDS    lines `read STATE NANOSECONDS`: used memory, other threads alive
//        pairs count PAIRS            under callgrind: a dump of its counters `WORKLOAD WAY` for each way
//
// Two threads are timed by their CPU time: a machine that does something else as well counts less. Slices are timed
// by the clock, since the quickest of them was not interrupted, and a thread's CPU time stands still now and then on
// a virtual machine.
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <valgrind/callgrind.h>

#include "below.h"
#include "pairs.h"
#include "zmalloc.h"

enum { reads_at_once = 2000 };
// On one thread the ways take turns in short slices, and the quickest slice of a round counts: what another guest
// of the machine takes from the core, for a while, is none of theirs. Two threads run long enough to meet.
enum { pairs_in_slice = 4 * PAIRS_BATCH, slices = 16, pairs_together = 64 * PAIRS_BATCH };

static uint16_t sizes[PAIRS_BATCH];

// 8 to 512 bytes, the same each time.
static void choose_sizes(void) {
  uint32_t seed = 1;
  for (size_t i = 0; i < PAIRS_BATCH; i++) {
    seed = seed * 1664525 + 1013904223;
    sizes[i] = (uint16_t)(8 + (seed >> 16) % 505);
  }
}

static double seconds_of(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static pairs_loop loop_of(const struct pairs_way *way, int mixed) {
  return mixed ? way->mixed : way->fixed;
}

// Nanoseconds of one pair.
static double time_loop(pairs_loop loop, size_t count, clockid_t clock) {
  double before = seconds_of(clock);
  loop(count, sizes);
  return (seconds_of(clock) - before) / (double)count * 1e9;
}

static void print_pair(int mixed, int threads, const char *way, double nanoseconds) {
  printf("pair %s %d %s %.4f\n", mixed ? "mixed" : "fixed", threads, way, nanoseconds);
}

// A round of all ways on one thread. None is always the one after the same other.
static void time_alone(int mixed) {
  double quickest[PAIRS_WAYS];
  for (size_t i = 0; i < PAIRS_WAYS; i++) quickest[i] = 1e9;
  for (size_t slice = 0; slice < slices; slice++)
    for (size_t i = 0; i < PAIRS_WAYS; i++) {
      size_t turn = (i + slice) % PAIRS_WAYS;
      pairs_loop loop = loop_of(&pairs_of_c[turn], mixed);
      // Its caches are filled and its counter is claimed before the clock starts.
      loop(PAIRS_BATCH, sizes);
      double took = time_loop(loop, pairs_in_slice, CLOCK_MONOTONIC);
      if (took < quickest[turn]) quickest[turn] = took;
    }
  for (size_t i = 0; i < PAIRS_WAYS; i++)
    print_pair(mixed, 1, pairs_of_c[i].name, quickest[i]);
}

struct run {
  pairs_loop loop;
  pthread_barrier_t *start;
  double nanoseconds;
};

static void *run_loop(void *argument) {
  struct run *run = argument;
  run->loop(4 * PAIRS_BATCH, sizes);
  pthread_barrier_wait(run->start);
  run->nanoseconds = time_loop(run->loop, pairs_together, CLOCK_THREAD_CPUTIME_ID);
  return 0;
}

// The same on two threads at once: what a pair takes each of them.
static void time_together(int mixed, size_t round) {
  for (size_t i = 0; i < PAIRS_WAYS; i++) {
    const struct pairs_way *way = &pairs_of_c[(i + round) % PAIRS_WAYS];
    pthread_barrier_t start;
    pthread_t thread;
    pthread_barrier_init(&start, 0, 2);
    struct run one = {loop_of(way, mixed), &start, 0}, other = one;
    pthread_create(&thread, 0, run_loop, &other);
    run_loop(&one);
    pthread_join(thread, 0);
    pthread_barrier_destroy(&start);
    print_pair(mixed, 2, way->name, (one.nanoseconds + other.nanoseconds) / 2);
  }
}

static int time_pairs(const char *library, int rounds) {
  double seconds;
  if (pairs_open_library(library, &seconds) != 0) return 70;
  printf("load %.1f\n", seconds * 1e6);
  for (int round = 0; round < rounds; round++)
    for (int mixed = 0; mixed < 2; mixed++) {
      time_alone(mixed);
      time_together(mixed, (size_t)round);
    }
  return 0;
}

static pthread_barrier_t all_alive;
static volatile bool works, ends;

static void *stay_alive(void *ignored) {
  (void)ignored;
  void *kept = zmalloc(64);
  pthread_barrier_wait(&all_alive);
  while (!ends) {
    if (!works) usleep(1000);
    else for (int i = 0; i < 1000; i++) zfree(zmalloc(64));
  }
  zfree(kept);
  return 0;
}

static double measure_reads(void) {
  size_t sum = 0;
  double before = seconds_of(CLOCK_THREAD_CPUTIME_ID);
  for (int i = 0; i < reads_at_once; i++) {
    sum += zmalloc_used_memory();
    pairs_keep(&sum);
  }
  return (seconds_of(CLOCK_THREAD_CPUTIME_ID) - before) / reads_at_once * 1e9;
}

static int time_reads(int thread_count, int rounds) {
  pthread_t threads[64];
  if (thread_count < 1 || thread_count > 64) return 64;
  pthread_barrier_init(&all_alive, 0, (unsigned)thread_count + 1);
  for (int i = 0; i < thread_count; i++) pthread_create(&threads[i], 0, stay_alive, 0);
  pthread_barrier_wait(&all_alive);
  for (int round = 0; round < rounds; round++) {
    works = round % 2 == 1;
    usleep(2000);
    printf("read %s %.2f\n", works ? "busy" : "quiet", measure_reads());
  }
  ends = true;
  for (int i = 0; i < thread_count; i++) pthread_join(threads[i], 0);
  return 0;
}

static int count_pairs(size_t count) {
  char label[64];
  for (int mixed = 0; mixed < 2; mixed++)
    for (size_t i = 0; i < PAIRS_WAYS; i++) {
      const struct pairs_way *way = &pairs_of_c[i];
      if (strstr(way->name, ".so")) continue;
      pairs_loop loop = loop_of(way, mixed);
      snprintf(label, sizeof label, "%s %s", mixed ? "mixed" : "fixed", way->name);
      loop(4 * PAIRS_BATCH, sizes);
      CALLGRIND_ZERO_STATS;
      loop(count, sizes);
      CALLGRIND_DUMP_STATS_AT(label);
    }
  return 0;
}

int main(int argc, char **argv) {
  const char *mode = argc > 1 ? argv[1] : "";
  choose_sizes();
  setvbuf(stdout, 0, _IOFBF, 1 << 16);
  if (argc == 4 && strcmp(mode, "time") == 0) return time_pairs(argv[2], atoi(argv[3]));
  if (argc == 4 && strcmp(mode, "read") == 0) return time_reads(atoi(argv[2]), atoi(argv[3]));
  if (argc == 3 && strcmp(mode, "count") == 0) return count_pairs((size_t)atoi(argv[2]));
  fprintf(stderr, "usage: pairs time LIBRARY ROUNDS | read THREADS ROUNDS | count PAIRS\n");
  return 64;
}
