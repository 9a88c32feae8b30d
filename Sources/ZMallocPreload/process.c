// The ways out of the process that run no hook. C for libc's names.
#ifdef PRELOAD
#include <stdlib.h>
#include <unistd.h>

#include "CZMalloc.h"

#define EXPORT __attribute__((visibility("default")))

EXPORT _Noreturn void _exit(int status) {
  zmalloc_entrance_end(status, false);
  zmalloc_exit_now(status);
}

EXPORT _Noreturn void _Exit(int status) {
  zmalloc_entrance_end(status, false);
  zmalloc_exit_now(status);
}
#endif
