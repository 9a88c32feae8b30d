// The storage of the function that knows a task's scope.
#include "zmalloc_scopes.h"

static zmalloc_scope_reader current;

zmalloc_scope_reader zmalloc_load_scope_reader(void) {
  return __atomic_load_n(&current, __ATOMIC_ACQUIRE);
}

void zmalloc_store_scope_reader(zmalloc_scope_reader reader) {
  __atomic_store_n(&current, reader, __ATOMIC_RELEASE);
}
