// Threads: each gets its state and a signal stack before its own code runs. C for libc's name and
// because the frame must be one that an exception or a cancellation can pass.
#include "interpose.h"

#ifdef ZMALLOC_INTERPOSES
#include <errno.h>
#include <pthread.h>

#include "CZMalloc.h"

typedef int (*create_function)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

struct beginning {
  void *(*function)(void *);
  void *argument;
  bool stack_is_lent;
};

static void *begin(void *raw) {
  struct beginning mine = *(struct beginning *)raw;
  ZMALLOC_BELOW(free)(raw);
  zmalloc_layer_thread_begins(mine.stack_is_lent);
  return mine.function(mine.argument);
}

// Whether the program gave the memory for the stack, which may be data again once the thread ended.
static bool lends_stack(const pthread_attr_t *attributes) {
  void *start = 0;
  size_t byte_count = 0;
  if (!attributes || pthread_attr_getstack(attributes, &start, &byte_count) != 0) return false;
  // Where only a size was asked for, glibc counts it down from 0.
  return (uintptr_t)start + byte_count != 0;
}

ZMALLOC_EXPORT int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*function)(void *), void *argument) {
  static void *known;
  create_function real = (create_function)zmalloc_next(&known, "pthread_create");
  if (zmalloc_switches.mode == 1) return real(thread, attributes, function, argument);
  // From below the layer: the program did not ask for this block.
  struct beginning *mine = ZMALLOC_BELOW(malloc)(sizeof *mine);
  if (!mine) return EAGAIN;
  *mine = (struct beginning){function, argument, lends_stack(attributes)};
  int code = real(thread, attributes, begin, mine);
  if (code != 0) ZMALLOC_BELOW(free)(mine);
  return code;
}
#endif
