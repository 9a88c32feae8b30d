// What the programs share that hand the z-functions to a library as its allocator: facts on
// standard output, and used memory at the end.
//
// Status 0: all went well. 3: the library said that it could not, and everything was given back as
// far as it could be: what a program does when memory runs out. 1: something is wrong.
#ifndef USER_H
#define USER_H

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmalloc.h>

/// Prints one fact, a line.
__attribute__((format(printf, 1, 2))) static inline void say(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
  putchar('\n');
  fflush(stdout);
}

/// Whether the work failed, and where first.
static const char *failed_at;

/// Notes where the work failed; returns whether it did.
static inline int failed(int is_failed, const char *where) {
  if (is_failed && !failed_at) failed_at = where;
  return is_failed;
}

/// Ends the program: `peak` is whether the library took at least so many bytes from us.
static inline int finish(size_t least_peak) {
  if (failed_at) say("failed at %s", failed_at);
  else say("peak %d", zmalloc_peak_memory() >= least_peak);
  say("used %zu", zmalloc_used_memory());
  return failed_at ? 3 : 0;
}

#endif
