// What every scenario program shares: its entrance to the allocator, its twin, and help to lose a
// pointer.
//
// Each program is compiled twice: as it is it holds its mistake, with -DGOOD it does the same work
// without it. -DZMALLOC takes the z-functions as the entrance; without it the entrance is libc's
// malloc.
#ifndef SCENARIO_H
#define SCENARIO_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef ZMALLOC
#include <zmalloc.h>
#define ALLOC(byteCount) zmalloc(byteCount)
#define ZERO_ALLOC(byteCount) zcalloc(byteCount)
#define REALLOC(block, byteCount) zrealloc(block, byteCount)
#define TRY_ALLOC(byteCount) ztrymalloc(byteCount)
#define TRY_ZERO_ALLOC(byteCount) ztrycalloc(byteCount)
#define TRY_REALLOC(block, byteCount) ztryrealloc(block, byteCount)
#define FREE(block) zfree(block)
#else
#define ALLOC(byteCount) malloc(byteCount)
#define ZERO_ALLOC(byteCount) calloc(1, byteCount)
#define REALLOC(block, byteCount) realloc(block, byteCount)
#define TRY_ALLOC(byteCount) malloc(byteCount)
#define TRY_ZERO_ALLOC(byteCount) calloc(1, byteCount)
#define TRY_REALLOC(block, byteCount) realloc(block, byteCount)
#define FREE(block) free(block)
#endif

#ifdef GOOD
#define BAD 0
#else
#define BAD 1
#endif

/// Ends the program with status 99 and a sentence when something is not as the scenario needs it.
#define CHECK(condition)                                                       \
  do {                                                                         \
    if (!(condition)) {                                                        \
      dprintf(2, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);       \
      _exit(99);                                                               \
    }                                                                          \
  } while (0)

#define HELPER __attribute__((noinline, unused)) static

/// The same pointer, of which the compiler knows nothing.
HELPER void *hidden(void *pointer) {
  void *volatile copy = pointer;
  return copy;
}

/// Changes every one of `byteCount` bytes, whatever stands there.
HELPER void flip(void *start, size_t byteCount) {
  volatile unsigned char *byte = (volatile unsigned char *)hidden(start);
  for (size_t i = 0; i < byteCount; i++) byte[i] = (unsigned char)~byte[i];
}

/// The number at `index` of the arguments, or `otherwise` when there is none.
HELPER size_t argument(int count, char **values, int index, size_t otherwise) {
  return index < count ? strtoull(values[index], NULL, 0) : otherwise;
}

/// Overwrites the stack below the caller, where dead frames may still hold pointers.
HELPER void clear_dead_stack(void) {
  volatile unsigned char dead[192 * 1024];
  for (size_t i = 0; i < sizeof dead; i++) dead[i] = 0;
}

/// Runs `work` far below the caller and clears what it leaves there, so that no stale copy of a
/// pointer keeps a lost block alive.
HELPER void lose(void (*work)(void)) {
  volatile unsigned char depth[64 * 1024];
  depth[0] = 0;
  work();
  clear_dead_stack();
  (void)depth[0];
}

/// Allocates and frees `byteCount` bytes in blocks of 4,000, which pushes older blocks out of the
/// quarantine.
HELPER void churn(size_t byteCount) {
  for (size_t done = 0; done < byteCount; done += 4000) FREE(hidden(ALLOC(4000)));
}

#endif
