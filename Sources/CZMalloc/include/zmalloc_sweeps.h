// What a sweep of failures in C needs of the layer: a child that is one run, and what became of it.
#ifndef ZMALLOC_SWEEPS_H
#define ZMALLOC_SWEEPS_H

#include <stdbool.h>
#include <stdint.h>

#define ZMALLOC_SWEEP_PATH_SIZE 1024

// What became of one run. The child writes all from `returned` on, in memory that it shares.
struct zmalloc_sweep_run {
  // The signal that ended it, 0 for none; its exit status; whether its time was up.
  int32_t signal, status;
  uint32_t is_late;
  // 1 when the function returned, 2 when it was left by an exception.
  uint32_t has_returned;
  int32_t returned;
  uint64_t points, faults, live_blocks, live_bytes;
  // The path of its recording, empty for none.
  char recording[ZMALLOC_SWEEP_PATH_SIZE];
};

// Implemented in Swift.
// The verdict over a run, a `zmalloc_verdict`. `has_plan`: something should have failed in it.
uint32_t zmalloc_sweep_judge(const struct zmalloc_sweep_run *run, bool has_plan, bool tolerates);
// Makes a forked child a run: fresh memory is filled, realloc moves. Only one that tells writes
// recordings, of each run, takes all that is unfreed for lost, and leaves the recording's path.
void zmalloc_sweep_enter(struct zmalloc_sweep_run *run, bool tells);
static inline char *zmalloc_sweep_recording(struct zmalloc_sweep_run *run) {
  return run->recording;
}

#endif
