// Measures what a pair of allocate and free costs in each way, or counts its instructions.
//
// Usage: pairs time LIBRARY ROUNDS    lines `pair WORKLOAD THREADS WAY NANOSECONDS`, one a round
//        pairs read THREADS ROUNDS    lines `read STATE NANOSECONDS`: used memory, other threads alive
//        pairs count PAIRS            under callgrind: a dump of its counters `WORKLOAD WAY` for each way
//
// Times are CPU time of the threads: a machine that does something else as well counts less.
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

enum { threads_at_most = 2, pairs_at_once = 64 * PAIRS_BATCH, reads_at_once = 2000 };

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

struct run {
  pairs_loop loop;
  pthread_barrier_t *start;
  double seconds;
};

static void *run_loop(void *argument) {
  struct run *run = argument;
  // Its caches are filled and its counter is claimed before the clock starts.
  run->loop(4 * PAIRS_BATCH, sizes);
  if (run->start) pthread_barrier_wait(run->start);
  double before = seconds_of(CLOCK_THREAD_CPUTIME_ID);
  run->loop(pairs_at_once, sizes);
  run->seconds = seconds_of(CLOCK_THREAD_CPUTIME_ID) - before;
  return 0;
}

// Nanoseconds of one pair on each of so many threads.
static double measure(pairs_loop loop, int thread_count) {
  struct run runs[threads_at_most];
  pthread_t threads[threads_at_most];
  pthread_barrier_t start;
  double sum = 0;
  pthread_barrier_init(&start, 0, (unsigned)thread_count);
  for (int i = 0; i < thread_count; i++) runs[i] = (struct run){loop, &start, 0};
  for (int i = 1; i < thread_count; i++) pthread_create(&threads[i], 0, run_loop, &runs[i]);
  run_loop(&runs[0]);
  for (int i = 1; i < thread_count; i++) pthread_join(threads[i], 0);
  for (int i = 0; i < thread_count; i++) sum += runs[i].seconds;
  pthread_barrier_destroy(&start);
  return sum / thread_count / pairs_at_once * 1e9;
}

static int time_pairs(const char *library, int rounds) {
  double seconds;
  if (pairs_open_library(library, &seconds) != 0) return 70;
  printf("load %.1f\n", seconds * 1e6);
  for (int round = 0; round < rounds; round++)
    for (int threads = 1; threads <= threads_at_most; threads++)
      for (int mixed = 0; mixed < 2; mixed++)
        for (size_t i = 0; i < pairs_of_c_count; i++) {
          // No way is always the one after the same other.
          const struct pairs_way *way = &pairs_of_c[(i + (size_t)round) % pairs_of_c_count];
          printf("pair %s %d %s %.4f\n", mixed ? "mixed" : "fixed", threads, way->name,
                 measure(mixed ? way->mixed : way->fixed, threads));
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
    for (size_t i = 0; i < pairs_of_c_count; i++) {
      const struct pairs_way *way = &pairs_of_c[i];
      if (strstr(way->name, ".so")) continue;
      pairs_loop loop = mixed ? way->mixed : way->fixed;
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
