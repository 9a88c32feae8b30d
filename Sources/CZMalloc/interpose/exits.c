// The ways out of the process that run no hook. C for libc's names.
#include "interpose.h"

#ifdef ZMALLOC_INTERPOSES
#include <stdlib.h>
#include <unistd.h>

#include "CZMalloc.h"

ZMALLOC_EXPORT _Noreturn void _exit(int status) {
  zmalloc_exit_now(zmalloc_entrance_end(status));
}

ZMALLOC_EXPORT _Noreturn void _Exit(int status) {
  zmalloc_exit_now(zmalloc_entrance_end(status));
}
#endif
