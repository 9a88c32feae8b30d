// Used memory read in the midst of a thread's step, by each order in which the reader's loads and
// the thread's stores can fall. Compiled with Sources/CZMalloc/counters.c itself, whose atomic
// operations stop here: no threads, nothing by chance.
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "zmalloc_counters.h"

static void before_store(void);
static void before_load(void);

#define __atomic_load_n(place, order) (before_load(), *(place))
#define __atomic_store_n(place, value, order) (before_store(), (void)(*(place) = (value)))
#define __atomic_fetch_add(place, value, order) (before_store(), *(place) += (value))
#include "../../Sources/CZMalloc/counters.c"
#undef __atomic_load_n
#undef __atomic_store_n
#undef __atomic_fetch_add

bool zmalloc_learn_sizes(void) { return false; }

// What the thread's counter held after each of its stores, and what was allocated by then.
enum { limit = 200, jumps = 3 };
static struct zmalloc_counter states[limit];
static uint64_t truth[limit], allocated;
static int recorded;

// The reader: at which loads the thread goes on meanwhile, and by how many stores.
static struct zmalloc_counter seen;
static int now, load, jump_at[jumps], jump_by[jumps];
static bool reads;

static void record(void) {
  if (reads || !own || recorded == limit) return;
  if (recorded && memcmp(&states[recorded - 1], own, sizeof *own) == 0) return;
  states[recorded] = *own;
  truth[recorded++] = allocated;
}

static void before_store(void) { record(); }

static void before_load(void) {
  if (!reads) {
    record();
    return;
  }
  for (int i = 0; i < jumps; i++)
    if (jump_at[i] == load) now += jump_by[i];
  if (now >= recorded) now = recorded - 1;
  seen = states[now];
  load++;
}

// What is read is what was allocated at a moment between the first load and the last.
static bool is_right(int start) {
  now = start;
  load = 0;
  uint64_t value = allocated_by(&seen);
  for (int i = start; i <= now; i++)
    if (truth[i] == value) return true;
  return false;
}

static void allocate(uint64_t size) {
  allocated += size;
  zmalloc_count_allocated(size);
  record();
}

int main(void) {
  long readings = 0, mistakes = 0;
  own = zmalloc_thread_counter = &zmalloc_counters[0];
  book.used_counters = 1;
  record();
  // Steps with a block between them, and one right after the other.
  for (int i = 0; i < 3; i++) allocate(60 * 1024);
  for (int i = 0; i < 2; i++) allocate(300 * 1024);
  reads = true;
  enum { loads = 10 };
  for (int start = 0; start < recorded; start++)
    for (int code = 0; code < loads * loads * loads; code++)
      for (int by = 0; by < 6 * 6 * 6; by++) {
        int at[jumps] = {code % loads, code / loads % loads, code / loads / loads};
        if (at[0] >= at[1] || at[1] >= at[2]) continue;
        memcpy(jump_at, at, sizeof at);
        jump_by[0] = by % 6;
        jump_by[1] = by / 6 % 6;
        jump_by[2] = by / 36;
        readings++;
        if (!is_right(start)) mistakes++;
      }
  printf("readings: %ld of %d states, %ld mistakes\n", readings, recorded, mistakes);
  return mistakes != 0 || recorded < 20;
}
