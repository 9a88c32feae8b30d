// What C and C++ tests use to see what their code does when memory runs out, and what it leaves
// unfreed: a sweep over a function, and blocks of code with a fault plan or a count of their own.
//
// How to link   These functions are in the debug library alone, lib/debug/libzmalloc. In the
//               production library there is no trace of them, and a test does not link with it.
//               With pkg-config:
//                   cc test.c $(pkg-config --cflags --libs zmalloc-testing)
//               Without: -Iinclude -Llib/debug -Wl,-rpath,/…/lib/debug -lzmalloc, or
//               lib/debug/libzmalloc.a. The code under test is compiled as ever, with zmalloc.h.
// How to start  The layer has to be on: by ZMALLOC_DEBUG=on in the environment, or by a function
//               of the test program that says so where the environment does not:
//                   const char *zmalloc_default_options(void) { return "on"; }
//               A sweep says ZMALLOC_NOT_SWEPT when it is off; a block of code ends the program.
//               The same under `zleakcheck run` and `fuzz`, whose own layer holds the blocks then.
// What counts   Allocations by the z-functions, 0 bytes aside: they cannot fail. malloc is libc's.
//               A block of code counts those of its own thread, a sweep those of all threads.
// Plans         "nth:3", "from:3", "burst:3,2", "every:2", "rate:1%", "size:1KiB-1MiB",
//               "function:name*", "schedule:HEX", joined by +: `zleakcheck options` explains them.
//               What is drawn by chance starts from `seed=` of ZMALLOC_DEBUG, from 0 without.

#ifndef ZMALLOC_TESTING_H
#define ZMALLOC_TESTING_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The options of a program whose environment has no ZMALLOC_DEBUG. The program may define it.
const char *zmalloc_default_options(void);

// MARK: - Sweep

/// What a sweep found first.
enum zmalloc_verdict {
  /// Every allocation failed in its turn, and the function said so and lost nothing.
  ZMALLOC_PASSED = 0,
  /// An allocation failed, and the function returned 0 all the same.
  ZMALLOC_SWALLOWED = 1,
  /// Two equal runs differed: in their number of allocations, or in their outcome.
  ZMALLOC_NONDETERMINISTIC = 2,
  /// Blocks that the function allocated were not freed when it returned.
  ZMALLOC_LEAKED = 3,
  /// A signal, a heap mistake that the layer caught, an exit in the middle of the function, or an
  /// exception that left it.
  ZMALLOC_CRASHED = 4,
  /// The function did not return in time, nor in twice that time when it was run again.
  ZMALLOC_HUNG = 5,
  /// The function returned a negative number, or another than 0 though no allocation had failed.
  ZMALLOC_FAILED = 6,
  /// There was no sweep: the layer is off, or no process could be made. The text says why.
  ZMALLOC_NOT_SWEPT = 7
};

/// The kinds of failure: an allocation alone, and an allocation with all that come after it. They
/// find different mistakes.
enum zmalloc_sweep_kinds { ZMALLOC_FAIL_ONCE = 1, ZMALLOC_FAIL_FROM = 2 };

/// How to sweep. A field that is 0 has its default.
struct zmalloc_sweep_options {
  /// Milliseconds that one run may take; 10,000.
  unsigned time_limit;
  /// ZMALLOC_FAIL_ONCE, ZMALLOC_FAIL_FROM or both; both.
  unsigned kinds;
  /// The most allocations that fail, spread over all of them when there are more; 10,000.
  uint64_t point_limit;
  /// Not 0: the function may do without what it did not get, and return 0.
  int tolerates;
  /// Not 0: nothing is printed and no recording is written.
  int is_quiet;
};

/// What a sweep found.
struct zmalloc_sweep {
  /// The first finding's verdict.
  enum zmalloc_verdict verdict;
  /// How many runs had a finding.
  unsigned findings;
  /// The allocations of a run in which nothing fails.
  uint64_t points;
  /// How often the function ran.
  uint64_t runs;
  /// The plan of the first finding, as "nth:3"; empty when it needs none. The function may be run
  /// again under it in a debugger, by ZMALLOC_WITH_FAULTS.
  char plan[32];
  /// One sentence.
  char text[160];
};

/// Runs a function again and again, each time with another of its allocations failing.
///
/// First it runs twice with no failure, which counts its allocations. Then each of them fails, once
/// alone and once with all that follow. Each run is a child process, forked from here, with a time
/// limit: a crash or a hang is a finding, and no run sees what another did. In a run every realloc
/// moves, fresh memory is filled with 0xA5, handlers of fatal signals are back at their defaults,
/// and the standard streams lead nowhere. A finding counts when a second run confirms it. Each is
/// one line on standard error, at most 20. The first one's second run leaves a recording, which
/// tells where memory ran out and what was lost: the line names it.
///
/// - function: returns 0 when it did its work, a positive number such as ENOMEM when memory ran
///   out, and a negative one when it saw that something is wrong. It frees all that it allocates.
///   It must not leave by longjmp, which is how the assertions of some test libraries leave: the
///   child would go on with the other tests. It compares, and returns a number.
/// - context: is handed to the function; may be NULL.
/// - options: may be NULL.
/// - sweep: what was found, for who wants more than the verdict; may be NULL.
///
/// Returns the first finding's verdict. Takes a fork for each run: 0.7 ms for a small program. The
/// calling process should have one thread.
enum zmalloc_verdict zmalloc_sweep(int (*function)(void *context), void *context,
                                   const struct zmalloc_sweep_options *options,
                                   struct zmalloc_sweep *sweep);

/// A verdict in one word: "passed", "swallowed" and so on.
const char *zmalloc_verdict_name(enum zmalloc_verdict verdict);

// MARK: - Blocks of code

/// What was counted in a block of code.
struct zmalloc_counts {
  /// Allocations that could have failed, and those that did on purpose.
  uint64_t points, faults;
  /// Blocks that were allocated there and are not freed, and their bytes.
  uint64_t live_blocks, live_bytes;
};

/// A block of code between its beginning and its end.
struct zmalloc_region {
  uint32_t scope;
  uint32_t suspends;
  int runs;
  struct zmalloc_counts *counts;
};

/// What a block of code is for.
enum zmalloc_region_kind {
  /// It has a plan of its own.
  ZMALLOC_REGION_FAULTS = 0,
  /// It counts; what fails in it is decided by what is around it.
  ZMALLOC_REGION_COUNTED = 1,
  /// Nothing fails in it.
  ZMALLOC_REGION_WITHOUT_FAULTS = 2
};

/// Begins and ends a block of code, for languages that have no macros. Blocks nest, and end in the
/// thread and in the reverse order in which they began. A plan that cannot be read, and a layer
/// that is off, end the program with a sentence.
struct zmalloc_region zmalloc_region_begin(enum zmalloc_region_kind kind, const char *plan,
                                           struct zmalloc_counts *counts);
void zmalloc_region_end(struct zmalloc_region *region);

#ifdef __cplusplus
}
#endif

#define ZMALLOC_REGION_JOIN(a, b) a##b
#define ZMALLOC_REGION_NAME(line) ZMALLOC_REGION_JOIN(zmalloc_region_, line)
#define ZMALLOC_REGION(kind, plan, counts)                                                   \
  for (struct zmalloc_region ZMALLOC_REGION_NAME(__LINE__)                                   \
           __attribute__((cleanup(zmalloc_region_end))) =                                    \
               zmalloc_region_begin(kind, plan, counts);                                     \
       ZMALLOC_REGION_NAME(__LINE__).runs; ZMALLOC_REGION_NAME(__LINE__).runs = 0)

// Each stands before a block of code in braces, which may be left by break, return, goto and a C++
// exception, not by longjmp. GCC and Clang.

/// Allocations in the block fail by a plan: ZMALLOC_WITH_FAULTS("nth:3") { … }. The plan's numbers
/// begin at 1 with the block. The innermost block decides.
#define ZMALLOC_WITH_FAULTS(plan) ZMALLOC_REGION(ZMALLOC_REGION_FAULTS, plan, 0)

/// The same, and `*counts` says at the end what was counted.
#define ZMALLOC_WITH_FAULTS_COUNTED(plan, counts) \
  ZMALLOC_REGION(ZMALLOC_REGION_FAULTS, plan, counts)

/// Nothing fails in the block: for what a test needs and does not test.
#define ZMALLOC_WITHOUT_FAULTS ZMALLOC_REGION(ZMALLOC_REGION_WITHOUT_FAULTS, 0, 0)

/// `*counts` says at the end what was counted: ZMALLOC_COUNTED(&counts) { … } with
/// counts.live_blocks == 0 afterwards is a block that frees all that it allocates.
#define ZMALLOC_COUNTED(counts) ZMALLOC_REGION(ZMALLOC_REGION_COUNTED, 0, counts)

// MARK: - Schedules

/// The most bytes of a schedule, and what its plan needs.
#define ZMALLOC_SCHEDULE_LIMIT 256
#define ZMALLOC_SCHEDULE_PLAN_SIZE (2 * ZMALLOC_SCHEDULE_LIMIT + 16)

/// Writes the plan by which bytes say what fails, and returns it: bit 0 of the first byte is the
/// first allocation. What is past the bytes does not fail. For fuzzers.
static inline const char *zmalloc_schedule_plan(const unsigned char *bytes, size_t count,
                                                char plan[ZMALLOC_SCHEDULE_PLAN_SIZE]) {
  static const char name[] = "schedule:", digits[] = "0123456789abcdef";
  char *at = plan;
  if (count > ZMALLOC_SCHEDULE_LIMIT) count = ZMALLOC_SCHEDULE_LIMIT;
  // Without bytes no plan at all.
  for (size_t i = 0; count && i < sizeof name - 1; i++) *at++ = name[i];
  for (size_t i = 0; i < count; i++) {
    *at++ = digits[bytes[i] >> 4];
    *at++ = digits[bytes[i] & 15];
  }
  *at = 0;
  return plan;
}

#endif
