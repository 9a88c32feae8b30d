// The storage of the out-of-memory handler.
#include "zmalloc_handler.h"

static zmalloc_oom_handler current;

zmalloc_oom_handler zmalloc_load_handler(void) {
  return __atomic_load_n(&current, __ATOMIC_ACQUIRE);
}

void zmalloc_store_handler(zmalloc_oom_handler handler) {
  __atomic_store_n(&current, handler, __ATOMIC_RELEASE);
}
